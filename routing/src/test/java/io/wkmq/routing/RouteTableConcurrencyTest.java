package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table against a naive one, and with readers on other threads. */
class RouteTableConcurrencyTest {
    private static final int SHARDS = 3;

    private final RouteTable<Subscribers> table = new RouteTable<>(SHARDS, 64, new Random(3)::nextInt);

    @Test
    void matchesLikeANaiveTableAfterEachRandomChange() {
        Random random = Seeds.one("RouteTableConcurrencyTest.random");
        Topics topics = new Topics(random);
        NaiveTable naive = new NaiveTable();
        List<TopicFilter> known = new ArrayList<>();
        for (int step = 0; step < 3_000; step++) {
            TopicFilter filter = known.isEmpty() || random.nextInt(3) == 0
                    ? topics.filter()
                    : known.get(random.nextInt(known.size()));
            known.add(filter);
            naive.change(random, filter);
            TopicName topic = topics.name();
            for (int i = 0; i < 2; i++) { // the second time from the cache
                naive.check(table.match(topic), topic);
            }
            if (step % 300 == 0) {
                NodeId node = NaiveTable.node(random.nextInt(3));
                table.removeNode(node);
                naive.nodes.values().forEach(nodes -> nodes.remove(node));
                naive.suspended.remove(node);
            }
            if (step % 40 == 0) {
                naive.suspendOrResume(NaiveTable.node(random.nextInt(3)));
            }
            assertThat(table.size()).isEqualTo(naive.filters().size());
        }
    }

    /** The same as the table under test, in the plainest way. */
    private final class NaiveTable {
        final Map<TopicFilter, Set<Integer>> locals = new HashMap<>();
        final Map<TopicFilter, Set<NodeId>> nodes = new HashMap<>();
        final Map<TopicFilter, Map<ShareGroup, Set<ShareMember>>> groups = new HashMap<>();
        final Set<NodeId> suspended = new HashSet<>();

        static NodeId node(int number) {
            return new NodeId(new UUID(0, number));
        }

        void change(Random random, TopicFilter filter) {
            int shard = random.nextInt(SHARDS);
            NodeId node = node(random.nextInt(3));
            switch (random.nextInt(6)) {
                case 0 -> {
                    table.attach(filter, shard, () -> new Subscribers("s"));
                    locals.computeIfAbsent(filter, f -> new HashSet<>()).add(shard);
                }
                case 1 -> {
                    table.detach(filter, shard);
                    locals.getOrDefault(filter, new HashSet<>()).remove(shard);
                }
                case 2 -> {
                    table.change(node, ShareStrategy.RANDOM, List.of(Interest.plain(filter, true)));
                    nodes.computeIfAbsent(filter, f -> new HashSet<>()).add(node);
                }
                case 3 -> {
                    table.change(node, ShareStrategy.RANDOM, List.of(Interest.plain(filter, false)));
                    nodes.getOrDefault(filter, new HashSet<>()).remove(node);
                }
                case 4 -> {
                    Member member = Member.online("c" + random.nextInt(1_000_000));
                    ShareName name = new ShareName("g" + random.nextInt(2));
                    ShareGroup group = table.join(filter, name, ShareStrategy.RANDOM, member);
                    groups.computeIfAbsent(filter, f -> new HashMap<>())
                            .computeIfAbsent(group, g -> new HashSet<>())
                            .add(member);
                }
                default -> leaveSome(filter);
            }
        }

        void suspendOrResume(NodeId node) {
            if (suspended.add(node)) {
                table.suspend(node);
            } else {
                suspended.remove(node);
                table.resume(node);
            }
        }

        private Set<NodeId> present(TopicFilter filter) {
            Set<NodeId> present = new HashSet<>(nodes.getOrDefault(filter, Set.of()));
            present.removeAll(suspended);
            return present;
        }

        private void leaveSome(TopicFilter filter) {
            Map<ShareGroup, Set<ShareMember>> ofFilter = groups.getOrDefault(filter, new HashMap<>());
            for (ShareGroup group : List.copyOf(ofFilter.keySet())) {
                ShareMember member = group.members().get(0);
                table.leave(group, member);
                Set<ShareMember> members = ofFilter.getOrDefault(group, new HashSet<>());
                members.remove(member);
                if (members.isEmpty()) {
                    ofFilter.remove(group);
                }
            }
        }

        Set<TopicFilter> filters() {
            Set<TopicFilter> filters = new HashSet<>();
            locals.forEach((filter, shards) -> add(filters, filter, shards.isEmpty()));
            nodes.keySet()
                    .forEach(filter -> add(filters, filter, present(filter).isEmpty()));
            groups.forEach((filter, members) -> add(filters, filter, members.isEmpty()));
            return filters;
        }

        private static void add(Set<TopicFilter> filters, TopicFilter filter, boolean empty) {
            if (!empty) {
                filters.add(filter);
            }
        }

        void check(Match<Subscribers> match, TopicName topic) {
            Set<TopicFilter> localFilters = new HashSet<>();
            Set<Integer> shards = new TreeSet<>();
            Set<NodeId> ids = new HashSet<>();
            Set<ShareGroup> shared = new HashSet<>();
            for (TopicFilter filter : filters()) {
                if (Topics.standardMatches(filter.text(), topic.text())) {
                    Set<Integer> on = locals.getOrDefault(filter, Set.of());
                    if (!on.isEmpty()) {
                        localFilters.add(filter);
                    }
                    shards.addAll(on);
                    ids.addAll(present(filter));
                    shared.addAll(groups.getOrDefault(filter, Map.of()).keySet());
                }
            }
            assertThat(match.locals().stream().map(Route::filter).toList())
                    .as("local routes of %s", topic)
                    .containsExactlyInAnyOrderElementsOf(localFilters);
            assertThat(match.shards())
                    .containsExactly(shards.stream().mapToInt(i -> i).toArray());
            assertThat(match.nodes()).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(match.groups()).containsExactlyInAnyOrderElementsOf(shared);
            assertThat(match.empty()).isEqualTo(localFilters.isEmpty() && ids.isEmpty() && shared.isEmpty());
        }
    }

    @Test
    void readersFindWhatStaysWhileAWriterChangesTheRest() throws Exception {
        Random random = Seeds.one("RouteTableConcurrencyTest.readers");
        Topics topics = new Topics(random);
        Set<TopicFilter> staying = new HashSet<>();
        while (staying.size() < 200) {
            staying.add(topics.filter());
        }
        staying.forEach(filter -> table.attach(filter, 1, () -> new Subscribers("stays")));
        AtomicInteger writers = new AtomicInteger(1);
        Random[] randoms = {new Random(random.nextLong()), new Random(random.nextLong()), new Random(random.nextLong())
        };
        new Together()
                .with(() -> {
                    changeAtRandom(randoms[0], staying);
                    writers.decrementAndGet();
                })
                .with(() -> readUntil(writers, randoms[1], staying))
                .with(() -> readUntil(writers, randoms[2], staying))
                .run();
    }

    private void changeAtRandom(Random random, Set<TopicFilter> staying) {
        Topics topics = new Topics(random);
        List<TopicFilter> coming = new ArrayList<>();
        for (int i = 0; i < 120_000; i++) {
            if (coming.size() < 20 || random.nextInt(100) < (i / 5_000 % 2 == 0 ? 60 : 40)) {
                TopicFilter filter = topics.filter();
                if (!staying.contains(filter)) {
                    table.attach(filter, 0, () -> new Subscribers("comes and goes"));
                    coming.add(filter);
                }
            } else {
                int any = random.nextInt(coming.size());
                int last = coming.size() - 1;
                table.detach(coming.get(any), 0);
                coming.set(any, coming.get(last));
                coming.remove(last);
            }
        }
    }

    private void readUntil(AtomicInteger writers, Random random, Set<TopicFilter> staying) {
        Topics topics = new Topics(random);
        while (writers.get() > 0) {
            TopicName topic = topics.name();
            List<TopicFilter> found =
                    table.match(topic).locals().stream().map(Route::filter).toList();
            assertThat(found).as("filters that match %s", topic).doesNotHaveDuplicates();
            for (TopicFilter filter : found) {
                assertThat(Topics.standardMatches(filter.text(), topic.text()))
                        .as("%s matches %s", filter, topic)
                        .isTrue();
            }
            Set<TopicFilter> expected = staying.stream()
                    .filter(filter -> Topics.standardMatches(filter.text(), topic.text()))
                    .collect(Collectors.toSet());
            assertThat(found).as("filters that match %s", topic).containsAll(expected);
        }
    }

    @Test
    void noChangeThatHasReturnedIsMissedByACachedMatch() throws Exception {
        TopicName[] topics = {TopicName.of("x/0"), TopicName.of("x/1"), TopicName.of("x/2")};
        AtomicInteger writers = new AtomicInteger(2);
        Together together = new Together();
        for (int writer = 0; writer < 2; writer++) {
            int shard = writer;
            together.with(() -> {
                attachAndDetach(topics[shard], TopicFilter.of(shard == 0 ? "x/0" : "+/1"), shard);
                writers.decrementAndGet();
            });
        }
        for (int reader = 0; reader < 2; reader++) {
            together.with(() -> {
                for (int i = 0; writers.get() > 0; i++) {
                    Match<Subscribers> match = table.match(topics[i % topics.length]);
                    assertThat(match.version()).isLessThanOrEqualTo(table.version());
                }
            });
        }
        together.run();
    }

    @Test
    void aMatchThatAChangeOvertakesIsNotTakenForCurrent() throws Exception {
        for (int i = 0; i < 2_048; i++) { // all have to be looked at and none matches, so that a match takes its time
            StringBuilder filter = new StringBuilder();
            for (int bit = 0; bit < 11; bit++) {
                filter.append(((i >> bit) & 1) == 0 ? "a/" : "+/");
            }
            table.attach(TopicFilter.of(filter + "x"), 1, () -> new Subscribers("slow"));
        }
        TopicName topic = TopicName.of("a/".repeat(11) + "y");
        TopicFilter filter = TopicFilter.of(topic.text());
        Random random = Seeds.one("RouteTableConcurrencyTest.overtaken");
        AtomicInteger matches = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger(1);
        new Together()
                .with(() -> {
                    for (int round = 0; round < 200; round++) {
                        beginAMatch(random);
                        table.attach(filter, 0, () -> new Subscribers("s"));
                        awaitTwoMore(matches);
                        assertThat(table.match(topic).locals()).hasSize(1);
                        beginAMatch(random);
                        table.detach(filter, 0);
                        awaitTwoMore(matches);
                        assertThat(table.match(topic).locals()).isEmpty();
                    }
                    writers.decrementAndGet();
                })
                .with(() -> {
                    while (writers.get() > 0) {
                        table.match(topic);
                        matches.incrementAndGet();
                    }
                })
                .run();
    }

    /** Empties the cache, so that the reader has to walk, and lets it come to some place on its way. */
    private void beginAMatch(Random random) {
        table.attach(TopicFilter.of("b"), 0, () -> new Subscribers("of no interest"));
        table.detach(TopicFilter.of("b"), 0);
        long until = System.nanoTime() + random.nextInt(200_000);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    /** Lets the match that is under way end and the next one begin, which would find the first in the cache. */
    private static void awaitTwoMore(AtomicInteger matches) throws InterruptedException {
        int before = matches.get();
        while (matches.get() < before + 2) {
            if (Thread.interrupted()) { // by the deadline
                throw new InterruptedException();
            }
            LockSupport.parkNanos(20_000);
        }
    }

    private void attachAndDetach(TopicName topic, TopicFilter filter, int shard) {
        for (int i = 0; i < 30_000; i++) {
            Subscribers subscribers = new Subscribers("round " + i);
            table.attach(filter, shard, () -> subscribers);
            Match<Subscribers> match = table.match(topic);
            assertThat(match.locals()).hasSize(1);
            assertThat(match.locals().get(0).local(shard)).isSameAs(subscribers);
            table.detach(filter, shard);
            assertThat(table.match(topic).locals()).isEmpty();
        }
    }
}
