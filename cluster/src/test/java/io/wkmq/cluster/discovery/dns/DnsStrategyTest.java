package io.wkmq.cluster.discovery.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.cluster.discovery.Commands;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests address records of a real name server, found by a process whose host has no other one: with a separate network namespace and {@code
 * /etc/resolv.conf}.
 */
class DnsStrategyTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void anAddressIsItsOwnName() throws IOException {
        assertThat(new DnsStrategy("127.0.0.1", RecordType.A, 6369).discover().addresses())
                .containsExactly(new SeedAddress("127.0.0.1", 6369));
        assertThat(new DnsStrategy("127.0.0.1", RecordType.AAAA, 6369)
                        .discover()
                        .remarks())
                .containsExactly("the name 127.0.0.1 has 1 addresses, but none for cluster.dns.record_type = aaaa");
        assertThat(new DnsStrategy("::1", RecordType.AAAA, 6369).discover().addresses())
                .containsExactly(new SeedAddress("0:0:0:0:0:0:0:1", 6369));
    }

    @Test
    void nodesThatComeAndGoAreSeenWithinSeconds() throws IOException {
        Path hosts = directory.resolve("hosts");
        Path output = start("wkmq.example", "A", hosts);
        await(output, "failed: the name wkmq.example has no address: ");

        Files.writeString(hosts, "10.0.0.1 wkmq.example\n10.0.0.2 wkmq.example\nfd00::1 wkmq.example\n");
        await(output, "addresses=[10.0.0.1:6369, 10.0.0.2:6369]", "addresses=[10.0.0.2:6369, 10.0.0.1:6369]");

        Files.writeString(hosts, "10.0.0.2 wkmq.example\n10.0.0.3 wkmq.example\n");
        await(output, "addresses=[10.0.0.2:6369, 10.0.0.3:6369]", "addresses=[10.0.0.3:6369, 10.0.0.2:6369]");
    }

    @Test
    void sixthVersionAddressesAndSearchDomains() throws IOException {
        Path hosts = directory.resolve("hosts");
        Files.writeString(hosts, "10.0.0.1 wkmq.example\nfd00::1 wkmq.example\n");
        Path output = start("wkmq", "AAAA", hosts);

        await(output, "addresses=[[fd00::1]:6369]");
    }

    private void await(Path output, String... texts) {
        Await.until(LIMIT, () -> String.join(" or ", texts) + " in:\n" + tail(output), () -> {
            String seen = Commands.text(output);
            return List.of(texts).stream().anyMatch(seen::contains);
        });
    }

    private String tail(Path output) {
        String text = Commands.text(output);
        return text.substring(Math.max(0, text.length() - 2000)) + Commands.text(directory.resolve("dnsmasq"));
    }

    /** Starts both in a world of their own; the name server reads its hosts again every 300 ms. */
    private Path start(String name, String type, Path hosts) throws IOException {
        assumeTrue(Dnsmasq.installed(), "dnsmasq is not installed (package dnsmasq-base)");
        assumeTrue(Commands.canMakeNamespaces(), "namespaces cannot be made: it needs root and unshare");
        if (!Files.exists(hosts)) {
            Files.createFile(hosts);
        }
        Path resolv = directory.resolve("resolv.conf");
        Files.writeString(resolv, "nameserver 127.0.0.1\nsearch example\noptions timeout:1 attempts:2\n");
        Path log = Files.createFile(directory.resolve("dnsmasq"));
        Path script = directory.resolve("script");
        Files.writeString(
                script,
                "set -e\nip link set lo up\nmount --bind " + resolv + " /etc/resolv.conf\n"
                        + String.join(" ", Dnsmasq.command(53)) + " --addn-hosts=" + hosts + " >>" + log + " 2>&1 &\n"
                        + "(while sleep 0.3; do kill -HUP $! || exit; done) &\n"
                        + String.join(" ", Commands.java(DnsNode.class, name, type)) + "\n");
        Path output = directory.resolve("node");
        processes.add(Commands.start(
                List.of("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", script.toString()),
                output));
        return output;
    }
}
