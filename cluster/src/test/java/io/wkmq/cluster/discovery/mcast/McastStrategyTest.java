package io.wkmq.cluster.discovery.mcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.discovery.Announcement;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.discovery.SomeMembers;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests several nodes on the loopback interface. */
class McastStrategyTest {
    private final List<McastStrategy> open = new ArrayList<>();
    private final List<Integer> ports = freePorts(3);

    @AfterEach
    void close() {
        open.forEach(McastStrategy::close);
        Await.until(
                "their threads have ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("wkmq-discovery-mcast")));
    }

    @Test
    void nodesOfOneHostFindEachOther() {
        McastStrategy one = node(1, "blue", "secret", ports);
        McastStrategy two = node(2, "blue", "secret", ports);
        McastStrategy three = node(3, "blue", "secret", ports);

        Await.until("one finds two", () -> addresses(one).contains(address(2)));
        Await.until("one finds three", () -> addresses(one).contains(address(3)));
        Await.until("two finds both", () -> addresses(two).containsAll(List.of(address(1), address(3))));
        Await.until("three finds both", () -> addresses(three).containsAll(List.of(address(1), address(2))));
        assertThat(addresses(one)).as("not itself").doesNotContain(address(1));
        assertThat(found(one).remarks()).isEmpty();
    }

    @Test
    void aNodeWithAnotherCookieIsRemarkedNotFound() {
        McastStrategy one = node(1, "blue", "secret", ports);
        McastStrategy two = node(2, "blue", "Secret", ports);

        Await.until("one remarks it", () -> !found(one).remarks().isEmpty());
        assertThat(found(one).remarks()).singleElement().asString().endsWith("has another node.cookie");
        assertThat(addresses(one)).isEmpty();
        assertThat(addresses(two)).isEmpty();
    }

    @Test
    void aNodeOfAnotherClusterIsRemarkedNotFound() {
        McastStrategy one = node(1, "blue", "secret", ports);
        node(2, "green", "secret", ports);

        Await.until("one remarks it", () -> !found(one).remarks().isEmpty());
        assertThat(found(one).remarks())
                .singleElement()
                .asString()
                .startsWith("wkmq2@127.0.0.1 at ")
                .endsWith("is of the cluster 'green'");
        assertThat(addresses(one)).isEmpty();
    }

    @Test
    void moreNodesThanPortsIsToldAndEndsWhenAPortIsFree() {
        McastStrategy one = node(1, "blue", "secret", ports.subList(0, 1));
        Await.until("one is in the group", () -> isTaken(ports.get(0)));
        McastStrategy two = node(2, "blue", "secret", ports.subList(0, 1));

        Await.until("two fails", () -> !failure(two).isEmpty());
        assertThat(failure(two))
                .isEqualTo("no port of cluster.mcast.ports is free on this host: [" + ports.get(0) + "]");

        one.close();
        Await.until("two works", () -> failure(two).isEmpty());
    }

    @Test
    void anInterfaceThatIsNotThereIsToldWithThoseThatAre() {
        McastStrategy one = new McastStrategy(
                new McastSettings("blue", Cookie.of("secret"), "239.192.0.1", ports, "192.0.2.77", 1, true),
                new Random(7));
        open.add(one);

        Await.until("it fails", () -> !failure(one).isEmpty());
        assertThat(failure(one))
                .startsWith("no interface of this host is or has cluster.mcast.iface = 192.0.2.77; there are ")
                .contains("127.0.0.1");
    }

    @Test
    void garbageFromTheNetworkDoesNoHarm() throws IOException {
        McastStrategy one = node(1, "blue", "secret", ports);
        Await.until("one is in the group", () -> ports.stream().anyMatch(McastStrategyTest::isTaken));
        Random random = new Random(11);
        try (DatagramSocket socket = new DatagramSocket()) {
            for (int i = 0; i < 2000; i++) {
                byte[] garbage = new byte[random.nextInt(3000)];
                random.nextBytes(garbage);
                if (garbage.length > 5 && i % 2 == 0) {
                    System.arraycopy(new byte[] {'W', 'K', 'M', 'Q', 1}, 0, garbage, 0, 5);
                }
                send(socket, garbage);
            }
        }
        McastStrategy two = node(2, "blue", "secret", ports);

        Await.until(
                "they find each other",
                () -> addresses(one).contains(address(2)) && addresses(two).contains(address(1)));
        assertThat(found(one).remarks()).hasSize(1);
    }

    @Test
    void aBeaconThatIsSentAgainHidesNobody() throws IOException {
        McastStrategy one = node(1, "blue", "secret", ports);
        node(2, "blue", "secret", ports);
        Await.until("one finds two", () -> addresses(one).contains(address(2)));
        Announcement before = new Announcement(SomeMembers.peer(2).node(), new SeedAddress("127.0.0.1", 1));
        byte[] old = new BeaconCodec(Cookie.of("secret")).encode(new Beacon("blue", before));
        try (DatagramSocket socket = new DatagramSocket()) {
            // again and again: what was heard is forgotten after a while, which a slow machine may take
            Await.until("the old address is a candidate too", () -> {
                send(socket, old);
                return Set.copyOf(addresses(one)).equals(Set.of(address(2), before.address()));
            });
        }
    }

    private void send(DatagramSocket socket, byte[] datagram) {
        try {
            for (int port : ports) { // which of them the node has got, is not known
                socket.send(new DatagramPacket(datagram, datagram.length, InetAddress.getLoopbackAddress(), port));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void theCookieIsNotShown() {
        assertThat(new McastSettings("blue", Cookie.of("secret"), "239.192.0.1", ports, "0.0.0.0", 1, true).toString())
                .doesNotContain("secret");
    }

    private McastStrategy node(int number, String cluster, String cookie, List<Integer> onPorts) {
        McastStrategy strategy = new McastStrategy(
                new McastSettings(cluster, Cookie.of(cookie), "239.192.0.1", onPorts, "127.0.0.1", 1, true),
                new Random(number));
        open.add(strategy);
        strategy.register(new Announcement(SomeMembers.peer(number).node(), address(number)));
        return strategy;
    }

    private static SeedAddress address(int number) {
        return new SeedAddress("127.0.0.1", 6000 + number);
    }

    private static List<SeedAddress> addresses(McastStrategy strategy) {
        return found(strategy).addresses();
    }

    private static Found found(McastStrategy strategy) {
        try {
            return strategy.discover();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String failure(McastStrategy strategy) {
        try {
            strategy.discover();
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static boolean isTaken(int port) {
        try (DatagramChannel probe = DatagramChannel.open()) {
            probe.bind(new InetSocketAddress(port));
            return false;
        } catch (IOException taken) {
            return true;
        }
    }

    /** Free a moment ago. */
    private static List<Integer> freePorts(int count) {
        List<DatagramSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(new DatagramSocket());
            }
            return sockets.stream().map(DatagramSocket::getLocalPort).toList();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.forEach(DatagramSocket::close);
        }
    }
}
