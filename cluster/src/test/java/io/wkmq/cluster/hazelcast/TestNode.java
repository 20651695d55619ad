package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.membership.SeedSource;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** A node under test, with a record of what its listener was told. */
final class TestNode implements AutoCloseable {
    static final String HOST = "127.0.0.1";
    /** How long tests wait. Generous: it is only used up when a test fails. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Peer self;
    final List<String> told = new CopyOnWriteArrayList<>();
    final List<String> cleaned = new CopyOnWriteArrayList<>();
    final List<String> parted = new CopyOnWriteArrayList<>();
    final HazelcastMembership membership;

    private TestNode(Peer self, HazelcastMembership membership) {
        this.self = self;
        this.membership = membership;
        membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                told.add("here " + peer.node().name().name());
            }

            @Override
            public void gone(Peer peer) {
                told.add("gone " + peer.node().name().name());
            }

            @Override
            public void parts(Peer peer) {
                parted.add(peer.node().name().name());
            }

            @Override
            public void cleaned(Node node, boolean mayComeBack) {
                cleaned.add(node.name().name());
            }
        });
    }

    static Peer peer(String name) {
        return peer(name, new NodeId(UUID.randomUUID()));
    }

    static Peer peer(String name, NodeId id) {
        return peer(name, id, 0);
    }

    /** A node that says that it takes node links there. */
    static Peer peer(String name, NodeId id, int linkPort) {
        return new Peer(
                new Node(id, new NodeName(name, HOST)),
                ThreadLocalRandom.current().nextLong(),
                HOST,
                linkPort,
                1);
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static MemberSettings.Ports ports(int port) {
        return new MemberSettings.Ports(port, port);
    }

    /** Settings with short times; where a slow machine would be taken for a node that is gone, not the shortest. */
    static MemberSettings settings(int port) {
        return settings(port, true);
    }

    static MemberSettings settings(int port, boolean heal) {
        return settings("test", HOST, ports(port), heal);
    }

    static MemberSettings settings(String clusterName, String bindHost, MemberSettings.Ports ports, boolean heal) {
        return new MemberSettings(
                clusterName,
                bindHost,
                ports,
                new MemberSettings.Failures(
                        Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(10), Detector.DEADLINE),
                new MemberSettings.Joining(Duration.ofSeconds(10), Duration.ofSeconds(6)),
                new MemberSettings.Healing(heal, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                LIMIT,
                Duration.ZERO);
    }

    static TestNode start(String name, int... seedPorts) {
        return start(peer(name), settings(freePort()), seedPorts);
    }

    static TestNode start(Peer self, MemberSettings settings, int... seedPorts) {
        List<SeedAddress> seeds = new ArrayList<>();
        for (int port : seedPorts) {
            seeds.add(new SeedAddress(HOST, port));
        }
        return start(self, settings, front(self, settings, "secret"), seeds);
    }

    static TestNode start(Peer self, MemberSettings settings, ClusterFront front, List<SeedAddress> seeds) {
        return start(self, settings, front, () -> seeds, freshDirectory());
    }

    static TestNode start(Peer self, MemberSettings settings, ClusterFront front, SeedSource seeds, Path directory) {
        HazelcastMembership membership = HazelcastMembership.prepare(settings, self, seeds, front, directory);
        try {
            membership.open();
        } catch (IllegalStateException e) {
            membership.close();
            throw e;
        }
        return new TestNode(self, membership);
    }

    private static Path freshDirectory() {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"), "wkmq-node-" + UUID.randomUUID());
        directory.toFile().deleteOnExit(); // after what may be in it, in the opposite order
        List.of("removed", "left")
                .forEach(name -> directory.resolve(name).toFile().deleteOnExit());
        return directory;
    }

    /** The run of the node after this one: with the same identity, address and files. */
    static Peer nextRun(Peer self) {
        return peer(self.node().name().name(), self.id());
    }

    static ClusterFront front(Peer self, MemberSettings settings, String cookie) {
        return new ClusterFront(
                settings.clusterName(), self.node(), self.incarnation(), self.protocol(), Cookie.of(cookie), null);
    }

    NodeId id() {
        return self.id();
    }

    int port() {
        return membership.address().port();
    }

    Set<String> sees() {
        return membership.peers().stream()
                .map(peer -> peer.node().name().name())
                .collect(Collectors.toSet());
    }

    void awaitSees(String... names) {
        Await.until(
                LIMIT,
                () -> self.node().name() + " sees " + Set.of(names) + ", not " + sees(),
                () -> sees().equals(Set.of(names)));
    }

    void awaitTold(String... events) {
        Await.until(
                LIMIT,
                () -> self.node().name() + " was told " + List.of(events) + ", not " + told,
                () -> told.equals(List.of(events)));
    }

    @Override
    public void close() {
        membership.close();
    }
}
