package io.wkmq.cluster.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Service;
import io.wkmq.cluster.routes.MemoryNetwork.MemoryNode;
import io.wkmq.routing.Interest;
import io.wkmq.routing.LocalSubscribers;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareMember;
import io.wkmq.routing.ShareName;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.routing.TopicFilter;
import io.wkmq.testing.Await;
import io.wkmq.testing.sim.Seeds;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the replication on its own thread; see {@link RouteSimulationTest} for its behaviour on a faulty network. */
class RouteReplicationTest {
    private static final LocalSubscribers SUBSCRIBERS = () -> false;

    private final MemoryNetwork network = new MemoryNetwork();

    @AfterEach
    void stop() {
        network.close();
    }

    @Test
    void aNodeAloneWaitsForNobodyAndKeepsNothing() throws Exception {
        MemoryNode node = network.start(1);
        subscribe(node, "a");
        assertThat(node.replication.known()).isTrue();
        awaitKnown(node);
        assertThat(node.own.from(1)).isNull();
    }

    @Test
    void aNodeThatComesGetsEverythingAndOneThatGoesLeavesNothing() throws Exception {
        MemoryNode one = network.start(1);
        for (int i = 0; i < 30_000; i++) {
            subscribe(one, "some/longer/filter/" + i);
        }
        MemoryNode two = network.start(2);
        awaitSame(one, two);
        assertThat(two.table.size()).isEqualTo(30_000);
        subscribe(two, "some/longer/filter/7");
        awaitSame(two, one);
        network.stop(one);
        Await.until("the routes of the node that left are gone", () -> two.table.size() == 1);
        awaitKnown(two);
    }

    @Test
    void ofANodeThatComesBackOnlyWhatHasChangedIsSent() throws Exception {
        MemoryNode one = network.start(1);
        for (int i = 0; i < 30_000; i++) {
            subscribe(one, "some/longer/filter/" + i);
        }
        MemoryNode two = network.start(2);
        awaitSame(one, two);
        awaitKnown(one);
        long everything = network.bytesAnswered.get();
        network.cut(one, two);
        Await.until("its routes are out of use", () -> two.table.size() == 0);
        one.table.detach(TopicFilter.of("some/longer/filter/7"), 0);
        subscribe(one, "another");
        network.mend(one, two);
        awaitKnown(one);
        awaitSame(one, two);
        assertThat(two.table.size()).isEqualTo(30_000);
        assertThat(network.bytesAnswered.get() - everything).isLessThan(everything / 100);
    }

    @Test
    void nothingIsKeptOfANodeThatNobodyWaitsFor() throws Exception {
        MemoryNode one = network.start(1);
        subscribe(one, "a");
        MemoryNode two = network.start(2);
        awaitSame(one, two);
        awaitKnown(one);
        network.cut(one, two);
        subscribe(one, "b");
        assertThat(one.own.from(2)).as("what the other will need").hasSize(1);
        one.clean(two);
        two.clean(one);
        Await.until("changes are not kept any more", () -> one.own.from(2) == null);
        network.mend(one, two);
        awaitSame(one, two);
        awaitKnown(one);
        assertThat(two.table.size()).isEqualTo(2);
    }

    @Test
    void whoWaitedKnowsThatTheOthersKnow() throws Exception {
        MemoryNode one = network.start(1);
        MemoryNode two = network.start(2);
        MemoryNode three = network.start(3);
        for (int i = 0; i < 200; i++) {
            subscribe(one, "f/" + i);
            awaitKnown(one);
            assertThat(two.table.route(TopicFilter.of("f/" + i))).isNotNull();
            assertThat(three.table.route(TopicFilter.of("f/" + i))).isNotNull();
        }
        assertThat(one.replication.overdue()).isZero();
    }

    @Test
    void tablesAreTheSameAfterManyThreadsChangedThem() throws Exception {
        MemoryNode[] nodes = {network.start(1), network.start(2), network.start(3)};
        Random seeds = Seeds.one("RouteReplicationTest");
        AtomicInteger answers = new AtomicInteger();
        Thread[] threads = new Thread[nodes.length];
        for (int i = 0; i < threads.length; i++) {
            MemoryNode node = nodes[i];
            Random random = new Random(seeds.nextLong());
            threads[i] = new Thread(() -> {
                for (int step = 0; step < 20_000; step++) {
                    TopicFilter filter = TopicFilter.of("f/" + random.nextInt(500));
                    if (random.nextInt(3) > 0) {
                        node.table.attach(filter, 0, () -> SUBSCRIBERS);
                        node.replication.awaitKnown(answers::incrementAndGet);
                    } else {
                        node.table.detach(filter, 0);
                        answers.incrementAndGet();
                    }
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Await.until("each SUBSCRIBE is answered", () -> answers.get() == 60_000);
        for (MemoryNode owner : nodes) {
            for (MemoryNode other : nodes) {
                awaitSame(owner, other);
            }
        }
    }

    @Test
    void totalsAreThoseOfTheOwnerOnceItsRoutesAreHere() throws Exception {
        MemoryNode one = network.start(1);
        MemoryNode two = network.start(2);
        subscribe(one, "a");
        RouteTotal before = one.replication.ownTotal();
        subscribe(one, "b/+");
        subscribe(one, "b/#");

        assertThat(one.replication.ownTotal().count()).isEqualTo(3);
        Await.until("the total is that of the owner", () -> {
            RouteTotal total = two.replication.totals().get(one.self.id());
            return one.replication.ownTotal().equals(total);
        });
        assertThat(one.replication.ownTotal().hash()).isNotEqualTo(before.hash());
        assertThat(two.replication.ownTotal()).isEqualTo(new RouteTotal(0, 0));
    }

    @Test
    void groupsAreKnownByTheirNumbers() throws Exception {
        MemoryNode one = network.start(1);
        MemoryNode two = network.start(2);
        for (int i = 0; i < 5; i++) {
            one.table.join(TopicFilter.of("a"), new ShareName("g"), ShareStrategy.RANDOM, member("c" + i, i < 3));
        }
        awaitKnown(one);
        assertThat(interests(two, one)).containsExactly(new Interest(new ShareName("g"), TopicFilter.of("a"), 5, 3));
    }

    @Test
    void nobodyIsKeptWaitingByANodeThatHasStopped() throws Exception {
        try (MemoryNetwork impatient = new MemoryNetwork(Duration.ofSeconds(2))) {
            MemoryNode one = impatient.start(1);
            MemoryNode two = impatient.start(2);
            awaitSame(one, two);
            two.replication.close(); // without leaving
            long start = System.nanoTime();
            subscribe(one, "a");
            awaitKnown(one);
            long waitedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(waitedMs).isGreaterThanOrEqualTo(1_900);
            assertThat(one.replication.overdue()).isEqualTo(1);
            subscribe(one, "b");
            assertThat(one.replication.known())
                    .as("the next one does not wait at all")
                    .isTrue();
        }
    }

    @Test
    void whoWaitsWhenItEndsIsCalledBack() throws Exception {
        MemoryNode one = network.start(1);
        MemoryNode two = network.start(2);
        awaitSame(one, two);
        two.replication.close();
        subscribe(one, "a");
        CompletableFuture<Void> called = new CompletableFuture<>();
        one.replication.awaitKnown(() -> called.complete(null));
        one.replication.close();
        called.get(60, TimeUnit.SECONDS);
        awaitKnown(one);
    }

    @Test
    void whoAsksWhetherAllIsThereIsToldThatItHasEnded() {
        MemoryNode one = network.start(1);
        one.replication.close();
        assertThat(one.replication.complete().toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void garbageGetsNoAnswerAndDoesNoHarm() throws Exception {
        MemoryNode one = network.start(1);
        MemoryNode two = network.start(2);
        awaitSame(one, two);
        CompletableFuture<byte[]> answer = ((Messenger) two)
                .ask(one.self.id(), Service.ROUTES, new byte[] {1, 1, 7})
                .toCompletableFuture();
        assertThatThrownBy(() -> answer.get(60, TimeUnit.SECONDS)).hasMessageContaining("ends at byte");
        subscribe(one, "a");
        awaitKnown(one);
        assertThat(two.table.size()).isEqualTo(1);
    }

    @Test
    void routesOfAnotherIncarnationAreRefused() {
        MemoryNode one = network.start(1);
        assertThatThrownBy(() -> RouteReplication.start(
                        new OwnRoutes(99),
                        new RouteTable<>(1),
                        ShareStrategy.RANDOM,
                        one,
                        one,
                        Duration.ofSeconds(1),
                        node -> true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("99");
    }

    private static ShareMember member(String clientId, boolean online) {
        return new ShareMember() {
            @Override
            public String clientId() {
                return clientId;
            }

            @Override
            public boolean online() {
                return online;
            }

            @Override
            public boolean local() {
                return true;
            }
        };
    }

    private static void subscribe(MemoryNode node, String filter) {
        node.table.attach(TopicFilter.of(filter), 0, () -> SUBSCRIBERS);
    }

    private static void awaitKnown(MemoryNode node) throws Exception {
        CompletableFuture<Void> known = new CompletableFuture<>();
        node.replication.awaitKnown(() -> known.complete(null));
        known.get(60, TimeUnit.SECONDS);
    }

    private static void awaitSame(MemoryNode owner, MemoryNode other) {
        Await.until("both have the same routes", () -> interests(other, owner).equals(interests(owner, owner)));
    }

    private static Set<Interest> interests(MemoryNode node, MemoryNode of) {
        Set<Interest> interests = new HashSet<>();
        node.table.forEachInterest(of.self.id(), interests::add);
        return interests;
    }
}
