package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Address;
import com.hazelcast.cluster.ClusterState;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.NodeShutdownHelper;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemberKeeperTest {
    @TempDir
    Path directory;

    private final List<TestNode> nodes = new ArrayList<>();

    private TestNode start(String name, int... seeds) {
        TestNode node = TestNode.start(name, seeds);
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopAll() {
        nodes.parallelStream().forEach(TestNode::close);
    }

    private static HazelcastInstance instance(Peer self, int number) {
        return Objects.requireNonNull(
                HazelcastInstanceFactory.getHazelcastInstance(HazelcastMember.name(self, number)));
    }

    @Test
    void aMemberThatHazelcastShutsDownIsReplaced() {
        TestNode a = start("a");
        TestNode b = start("b", a.port());
        a.awaitSees("b");

        // As if it found no cluster: its name is not given back.
        HazelcastInstanceProxy instance = (HazelcastInstanceProxy) instance(b.self, 2);
        NodeShutdownHelper.shutdownNodeByFiringEvents(instance.getOriginal().node, true);

        a.awaitTold("here b", "gone b", "here b");
        b.awaitSees("a");
    }

    @Test
    void aMemberThatDoesNotStartAnewIsTriedAgain() {
        Peer self = TestNode.peer("a");
        MemberSettings settings = TestNode.settings(TestNode.freePort());
        HazelcastMembership unopened = HazelcastMembership.prepare(
                settings, self, () -> List.of(), TestNode.front(self, settings, "secret"), directory);
        AtomicInteger replaced = new AtomicInteger();
        try (MemberKeeper keeper = new MemberKeeper(
                number -> {
                    if (number == 2 || number == 3) {
                        throw new IllegalStateException("Start " + number + " fails");
                    }
                    return unopened.starter().apply(number);
                },
                Duration.ofMillis(10),
                replaced::incrementAndGet)) {
            keeper.open();
            HazelcastMember first = Objects.requireNonNull(keeper.member());
            first.close();

            keeper.check();

            Await.until("another member runs", () -> replaced.get() == 1);
            HazelcastMember second = Objects.requireNonNull(keeper.member());
            assertThat(second).isNotSameAs(first);
            assertThat(second.running()).isTrue();
            keeper.check();
            assertThat(keeper.member()).isSameAs(second);
        } finally {
            unopened.close();
        }
    }

    @Test
    void aClusterThatWasLeftFrozenTakesNodesAgainOnceItIsThawed() {
        TestNode a = start("a");
        instance(a.self, 2).getCluster().changeClusterState(ClusterState.FROZEN);
        assertThat(a.membership.running().frozen()).isTrue();

        a.membership.running().thaw();

        Await.until("a is not frozen", () -> !a.membership.running().frozen());
        start("b", a.port());
        a.awaitSees("b");
    }

    @Test
    void aNodeThatJoinsStopsAtOnce() throws Exception {
        MemberSettings quick = TestNode.settings(TestNode.freePort());
        MemberSettings settings = new MemberSettings(
                quick.clusterName(),
                quick.bindHost(),
                quick.ports(),
                quick.failures(),
                new MemberSettings.Joining(Duration.ofSeconds(40), Duration.ofSeconds(40)),
                quick.healing(),
                quick.answerTimeout(),
                quick.autoclean());
        TestNode a = TestNode.start(TestNode.peer("a"), settings);
        nodes.add(a);
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> merge = CompletableFuture.runAsync(
                    () -> a.membership.running().merge(address(silent.getLocalPort())),
                    task -> new Thread(task, "merges").start());
            Await.until("it tries to join", () -> accepted(silent));

            long start = System.nanoTime();
            a.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
            merge.handle((done, failure) -> true).join();
        }
    }

    private static boolean accepted(ServerSocket socket) {
        try {
            return socket.accept() != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Address address(int port) {
        try {
            return new Address(TestNode.HOST, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
