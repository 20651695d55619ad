package io.wkmq.testing.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.wkmq.testing.Await;
import io.wkmq.testing.mqtt.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts whose links are cut. Where nothing listens, a host that is reached refuses at once, and one that is not is silent. */
class LabNetworkTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int NOBODY = 9;
    private static final int TIMED_OUT = 124;

    private LabNetwork network;
    private Host a;
    private Host b;
    private Host c;

    @BeforeEach
    void network() {
        Optional<String> obstacle = LabNetwork.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "networks cannot be made here: " + obstacle.orElseThrow());
        network = new LabNetwork();
        a = network.add();
        b = network.add();
        c = network.add();
    }

    @AfterEach
    void end() {
        if (network != null) {
            network.close();
        }
    }

    @Test
    void processesOfAHostMayHaveAnotherNameServer(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("resolv.conf"), "nameserver 198.18.0.9\n");
        a.resolveBy(file);

        assertThat(resolverFile(a)).isEqualTo("nameserver 198.18.0.9\n");
        assertThat(resolverFile(b)).isNotEqualTo("nameserver 198.18.0.9\n");
    }

    private static String resolverFile(Host host) throws IOException {
        Process process =
                host.on(Command.builder(List.of("cat", "/etc/resolv.conf"))).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aCutIsBetweenTwoAndIsHealed() {
        network.cut(a, b);

        assertThat(isSilent(a, b, NOBODY)).isTrue();
        assertThat(isSilent(b, a, NOBODY)).isTrue();
        assertThat(reaches(a, c)).isTrue();
        assertThat(reaches(c, b)).isTrue();

        network.heal();
        assertThat(reaches(a, b)).isTrue();
    }

    @Test
    void aHostMayGetAnotherAddress() {
        String before = b.address();
        network.readdress(b);

        assertThat(b.address()).isNotEqualTo(before);
        assertThat(reaches(a, b)).isTrue();
        assertThat(reaches(b, a)).isTrue();
        assertThat(a.run("ip", "-o", "addr")).doesNotContain(b.address());
        assertThat(b.run("ip", "-o", "addr")).contains(b.address()).doesNotContain(before + "/");
    }

    @Test
    void aSplitIsBetweenGroups() {
        network.split(List.of(List.of(a), List.of(b, c)));

        assertThat(reaches(b, c)).isTrue();
        assertThat(isSilent(a, b, NOBODY)).isTrue();
        assertThat(isSilent(c, a, NOBODY)).isTrue();
    }

    @Test
    void oneWayIsCutAndTheOtherIsOpen() {
        assertThat(reaches(a, b)).as("they know each other's hardware address").isTrue();
        network.cutOneWay(a, b);

        long before = datagramsReceived(a);
        shell(b, "echo hello >/dev/udp/" + a.address() + "/" + NOBODY);
        assertThat(datagramsReceived(a)).isEqualTo(before + 1);

        before = datagramsReceived(b);
        shell(a, "echo hello >/dev/udp/" + b.address() + "/" + NOBODY);
        assertThat(datagramsReceived(b)).isEqualTo(before);
    }

    @Test
    void aFirewallLetsOnlyARangeIn() {
        b.allowOnly(List.of(a), NOBODY, NOBODY + 1);

        assertThat(reaches(a, b)).isTrue();
        assertThat(isSilent(a, b, NOBODY + 2)).isTrue();
        assertThat(answers(c, b, NOBODY + 2)).isTrue();
    }

    @Test
    void itIsWrittenDownWhereAHostConnectsTo() {
        a.watch();
        assertThat(a.connectedTo()).isEmpty();

        assertThat(reaches(a, b)).isTrue();
        assertThat(reaches(a, a)).isTrue();
        assertThat(reaches(c, a)).isTrue();
        shell(a, "echo hello >/dev/udp/" + c.address() + "/" + NOBODY);

        assertThat(a.connectedTo()).containsExactly(b.address() + ':' + NOBODY);
        assertThat(a.sentDatagramsTo()).containsExactly(c.address() + ':' + NOBODY);
    }

    @Test
    void aDoorLeadsToAServerOfAnotherHost() throws Exception {
        Process server = b.on(Command.builder(Command.java(EchoServer.class))).start();
        try (Doorway door = Doorway.on(a)) {
            int port = Integer.parseInt(server.inputReader().readLine());

            try (Wire wire = door.open(b.address(), port)) {
                wire.write("hello".getBytes(StandardCharsets.UTF_8));
                byte[] buffer = new byte[10];
                assertThat(wire.read(buffer, 0, LIMIT)).isEqualTo(5);
                assertThat(new String(buffer, 0, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
                assertThat(wire.read(buffer, 0, Duration.ofMillis(1))).isZero();

                server.destroyForcibly().waitFor();
                assertThat(wire.read(buffer, 0, LIMIT)).isEqualTo(-1);
            }
            assertThatThrownBy(() -> door.open(b.address(), port)).isInstanceOf(IOException.class);
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        Process sleeps = a.on(new ProcessBuilder("cat")).start();
        Await.until("it has entered its namespace", () -> isElsewhere(sleeps));
        sleeps.destroyForcibly().waitFor();

        network.close();

        assertThat(shellStatus(List.of("sh", "-c", "ip link | grep -q p1"))).isNotZero();
    }

    private static boolean isElsewhere(Process process) {
        try {
            Path namespace = Path.of("/proc/" + process.pid() + "/ns/net");
            return !Files.readSymbolicLink(namespace).equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean reaches(Host from, Host to) {
        return answers(from, to, NOBODY);
    }

    private static boolean answers(Host from, Host to, int port) {
        return shell(from, knock(to, port, "60s") + " 2>&1 | grep -q refused") == 0;
    }

    private static boolean isSilent(Host from, Host to, int port) {
        return shell(from, knock(to, port, "0.5s")) == TIMED_OUT;
    }

    private static String knock(Host to, int port, String limit) {
        return "LC_ALL=C timeout " + limit + " bash -c ': </dev/tcp/" + to.address() + "/" + port + "'";
    }

    private static long datagramsReceived(Host host) {
        // InDatagrams counts what was delivered, NoPorts what nobody waited for.
        String noPorts = host.run("sh", "-c", "grep '^Udp: [0-9]' /proc/net/snmp | cut -d ' ' -f 3");
        return Long.parseLong(noPorts.strip());
    }

    private static int shell(Host host, String line) {
        return shellStatus(host.on(new ProcessBuilder("bash", "-c", line)).command());
    }

    private static int shellStatus(List<String> command) {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
