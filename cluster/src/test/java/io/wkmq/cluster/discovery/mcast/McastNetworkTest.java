package io.wkmq.cluster.discovery.mcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.cluster.discovery.Commands;
import io.wkmq.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests multicast between hosts: network namespaces behind a bridge, which has its own namespace, too. */
class McastNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    /** A process that lives as long as the test and whose namespace is the network's. */
    private Process hub;

    @BeforeEach
    void network() {
        assumeTrue(
                Commands.canMakeNamespaces() && Commands.has("nsenter"),
                "network namespaces cannot be made: it needs root and the programs unshare, nsenter and ip");
        hub = namespace();
        in(hub, "ip link add br0 type bridge mcast_snooping 0 && ip link set br0 up");
    }

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    @Test
    void nodesOfSeveralHostsFindEachOther() {
        Path one = node(1, "secret", host(1), "10.9.9.1");
        Path two = node(2, "secret", host(2), "10.9.9.2");
        Path stranger = node(3, "other", host(3), "10.9.9.3");

        await(one, "addresses=[10.9.9.2:6369]");
        await(two, "addresses=[10.9.9.1:6369]");
        await(one, "a node at 10.9.9.3 has another node.cookie");
        await(stranger, "addresses=[], remarks=[a node at 10.9.9.1 has another node.cookie, a node at 10.9.9.2");
    }

    @Test
    void anInterfaceThatComesLateIsJoined() {
        Process late = namespace();
        Path one = node(1, "secret", late, "10.9.9.1");
        await(one, "failed: no interface of this host can do multicast");
        Path two = node(2, "secret", host(2), "10.9.9.2");

        plug(late, 1);

        await(one, "addresses=[10.9.9.2:6369]");
        await(two, "addresses=[10.9.9.1:6369]");
    }

    @Test
    void aNodeWhoseNameIsOfItsOwnHostOnlyIsRemarked() {
        Path one = node(1, "secret", host(1), "10.9.9.1");
        node(2, "secret", host(2), "127.0.0.1");

        await(one, "wkmq2@127.0.0.1 at 10.9.9.2 names an address that only its own host reaches");
        assertThat(Commands.text(one)).doesNotContain("addresses=[127.0.0.1");
    }

    private static void await(Path output, String text) {
        Await.until(
                LIMIT,
                () -> text + " in:\n" + tail(Commands.text(output)),
                () -> Commands.text(output).contains(text));
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 2000));
    }

    private Path node(int number, String cookie, Process namespace, String address) {
        Path output = directory.resolve("node" + number);
        List<String> command = new ArrayList<>(List.of("nsenter", "-n", "-t", "" + namespace.pid()));
        command.addAll(Commands.java(McastNode.class, "" + number, cookie, address));
        processes.add(Commands.start(command, output));
        return output;
    }

    private Process host(int number) {
        Process host = namespace();
        plug(host, number);
        return host;
    }

    private void plug(Process host, int number) {
        in(
                hub,
                "ip link add v" + number + " type veth peer name eth0 netns " + host.pid() + " && ip link set v"
                        + number + " master br0 up");
        in(host, "ip addr add 10.9.9." + number + "/24 dev eth0 && ip link set eth0 up");
    }

    private Process namespace() {
        Path output = directory.resolve("namespace" + processes.size());
        Process process = Commands.start(List.of("unshare", "--net", "sh", "-c", "echo ready; exec sleep 300"), output);
        processes.add(process);
        Await.until("the namespace is made", () -> Commands.text(output).contains("ready"));
        return process;
    }

    private static void in(Process namespace, String script) {
        assertThat(Commands.run("nsenter", "-n", "-t", "" + namespace.pid(), "sh", "-c", script))
                .as(script)
                .isZero();
    }
}
