package io.wkmq.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.cluster.discovery.DiscoveryStrategy;
import io.wkmq.cluster.discovery.Found;
import io.wkmq.cluster.hazelcast.MemberSettings;
import io.wkmq.cluster.membership.Detector;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.ClusterPki;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.cluster.security.TlsFiles;
import io.wkmq.cluster.sessions.SessionTimes;
import io.wkmq.cluster.transport.LinkStatus;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.session.RetainedLimits;
import io.wkmq.session.RetainedMessages;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests two complete nodes, except for their sessions. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // JUnit sets the field
final class ClusterNodeTest {
    private static final String HOST = "127.0.0.1";

    @TempDir
    private Path directory;

    private final List<ClusterNode> nodes = new ArrayList<>();

    @AfterEach
    void stopAll() {
        nodes.forEach(ClusterNode::close);
    }

    /** A discovery strategy that always finds the same nodes. */
    private static class Fixed implements DiscoveryStrategy {
        private final List<SeedAddress> seeds;

        Fixed(SeedAddress... seeds) {
            this.seeds = List.of(seeds);
        }

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Found discover() {
            return Found.of(seeds);
        }

        @Override
        public void close() {}
    }

    /** A node that takes members at the port or, if that is taken, at the next but links. */
    private ClusterNode prepare(
            String name, int port, DiscoveryStrategy strategy, @Nullable TlsFiles tls, int bootstrapExpect)
            throws IOException {
        Path data = Files.createDirectories(directory.resolve(name));
        ClusterSettings settings = new ClusterSettings(
                "test",
                data,
                new MemberSettings.Ports(port, port + 1),
                tls == null ? Cookie.of("the cookie of the test") : null,
                tls,
                strategy,
                false,
                bootstrapExpect,
                Duration.ofSeconds(10),
                true,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10),
                Detector.DEADLINE,
                1 << 20,
                Duration.ofSeconds(10),
                new ClusterTimes(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(20),
                        new SessionTimes(
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(20))));
        Clock clock = Clock.systemUTC();
        Node self = new Node(new NodeId(UUID.randomUUID()), new NodeName(name, HOST));
        ClusterNode node = ClusterNode.prepare(settings, self, clock, null);
        nodes.add(node);
        node.replicate(new RetainedMessages(
                self.id(), RetainedLimits.defaults(), RetainedMessages.REMOVALS_KEPT, null, clock, 1));
        node.replicate(new RouteTable<LocalSubscribers>(1, self.id(), node.interest()), ShareStrategy.RANDOM);
        return node;
    }

    private static SeedAddress at(int port) {
        return new SeedAddress(HOST, port);
    }

    /** The first of two ports that were free a moment ago. */
    private static int freePorts() {
        for (int attempt = 0; attempt < 100; attempt++) {
            try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket second =
                            new ServerSocket(first.getLocalPort() + 1, 1, InetAddress.getLoopbackAddress())) {
                return second.getLocalPort() - 1;
            } catch (IOException | IllegalArgumentException e) {
                // the next one is taken, or is none: another try
            }
        }
        throw new UncheckedIOException(new IOException("No two free ports in a row"));
    }

    @Test
    void aNodeThatStopsIsGoneForTheOthersThoughItsDirectoryHangs() throws Exception {
        int first = freePorts();
        int second = freePorts();
        AtomicBoolean goneBefore = new AtomicBoolean();
        ClusterNode b = prepare("b", second, new Fixed(at(first)), null, 0);
        ClusterNode a = prepare(
                "a",
                first,
                new Fixed(at(second)) {
                    @Override
                    public void unregister() {
                        boolean hangs = true; // until it is left behind
                        while (hangs && b.running().size() > 1) {
                            LockSupport.parkNanos(1_000_000);
                            hangs = !Thread.currentThread().isInterrupted();
                        }
                        goneBefore.set(hangs);
                    }
                },
                null,
                0);
        b.open(() -> false).toCompletableFuture().join();
        a.open(() -> false).toCompletableFuture().join();
        Await.until(
                Duration.ofSeconds(60), () -> "both are here", () -> b.running().size() == 2);

        a.close();

        Await.until("a was gone before its directory", goneBefore::get);
    }

    @Test
    void tlsFilesAreReadAgainWhileTheNodeWaitsForOthers() throws Exception {
        Path old = Files.createDirectories(directory.resolve("old"));
        Path fresh = Files.createDirectories(directory.resolve("fresh"));
        TlsFiles ofA = new ClusterPki(old).node("a");
        ClusterPki authority = new ClusterPki(fresh);
        authority.node("a");
        int first = freePorts();
        ClusterNode a = prepare("a", first, new Fixed(), ofA, 2);
        CompletableFuture<Void> opened = a.open(() -> false).toCompletableFuture();
        a.opened().join();
        ClusterNode b = prepare("b", freePorts(), new Fixed(at(first)), authority.node("b"), 2);

        for (Path file : Set.of(ofA.cert(), ofA.key(), ofA.ca())) {
            Files.copy(fresh.resolve(file.getFileName()), file, StandardCopyOption.REPLACE_EXISTING);
        }
        b.open(() -> false);

        Await.until(Duration.ofSeconds(60), () -> "a has found b: " + b.status().refusals(), opened::isDone);
        assertThat(opened).isCompleted();
        // Each node opens a link to the other: b, which knows the new authority alone, takes a's certificate on both
        // sides.
        for (ClusterNode node : List.of(a, b)) {
            Await.until(
                    Duration.ofSeconds(60),
                    () -> node.self().name() + " has a link: " + node.status().running(),
                    () -> hasOneLink(node));
        }
    }

    private static boolean hasOneLink(ClusterNode node) {
        return node.status().running().stream()
                        .map(ClusterStatus.Running::link)
                        .filter(link -> link != null && link.state() == LinkStatus.State.OPEN)
                        .count()
                == 1;
    }
}
