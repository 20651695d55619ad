package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicTrieTest {
    private final TopicTrie<Tagged> trie = new TopicTrie<>(Tagged::utf8, 42);

    record Tagged(TopicFilter filter, int tag) {
        byte[] utf8() {
            return filter.utf8();
        }

        static Tagged of(String filter) {
            return new Tagged(TopicFilter.of(filter), 0);
        }
    }

    @Test
    void findsNothingInAnEmptyTrie() {
        assertThat(matches("a")).isEmpty();
        assertThat(trie.get(TopicFilter.of("#"))).isNull();
        assertThat(trie.remove(TopicFilter.of("a"))).isNull();
        assertThat(trie.size()).isZero();
    }

    @Test
    void findsAllKindsOfFilters() {
        put(
                "a/b/c", "a/b/+", "a/+/c", "+/b/c", "+/+/+", "a/#", "a/b/#", "a/b/c/#", "#", "+/#", "a/b", "a/b/c/d",
                "x/#");
        assertThat(matches("a/b/c"))
                .containsExactlyInAnyOrder(
                        "a/b/c", "a/b/+", "a/+/c", "+/b/c", "+/+/+", "a/#", "a/b/#", "a/b/c/#", "#", "+/#");
    }

    @Test
    void multiLevelWildcardMatchesItsParent() { // 4.7.1.2
        put("a/#", "a/b/#", "a/+/#", "#", "+/#", "a/+");
        assertThat(matches("a")).containsExactlyInAnyOrder("a/#", "#", "+/#");
        assertThat(matches("a/b")).containsExactlyInAnyOrder("a/#", "a/b/#", "a/+/#", "#", "+/#", "a/+");
    }

    @Test
    void wildcardFirstDoesNotMatchDollarTopics() { // [MQTT-4.7.2-1]
        put("#", "+/a", "+", "+/#", "+/+/x", "$SYS/#", "$SYS/+", "$SYS/a", "$SYS");
        assertThat(matches("$SYS/a")).containsExactlyInAnyOrder("$SYS/#", "$SYS/+", "$SYS/a");
        assertThat(matches("$SYS")).containsExactlyInAnyOrder("$SYS/#", "$SYS");
        assertThat(matches("x/$SYS")).containsExactlyInAnyOrder("#", "+/#");
    }

    @Test
    void emptyLevelsCount() {
        put("/", "//", "+/", "/+", "a//b", "a/+/b", "a/", "a", "/#", "+//#");
        assertThat(matches("/")).containsExactlyInAnyOrder("/", "+/", "/+", "/#", "+//#");
        assertThat(matches("//")).containsExactlyInAnyOrder("//", "/#", "+//#");
        assertThat(matches("a//b")).containsExactlyInAnyOrder("a//b", "a/+/b", "+//#");
        assertThat(matches("a/")).containsExactlyInAnyOrder("a/", "+/", "+//#");
        assertThat(matches("a")).containsExactly("a");
    }

    @Test
    void aLevelIsNotMistakenForOneItStartsWith() {
        put("ab/c", "a/c", "abc/c", "a", "ab", "abc");
        assertThat(matches("ab/c")).containsExactly("ab/c");
        assertThat(matches("ab")).containsExactly("ab");
        assertThat(matches("abcd")).isEmpty();
    }

    @Test
    void putReplacesTheValueOfTheSameFilter() {
        TopicFilter filter = TopicFilter.of("a/+/c");
        Tagged first = new Tagged(filter, 1);
        Tagged second = new Tagged(TopicFilter.of("a/+/c"), 2);
        assertThat(trie.put(first)).isNull();
        assertThat(trie.put(second)).isSameAs(first);
        assertThat(trie.get(filter)).isSameAs(second);
        assertThat(trie.size()).isEqualTo(1);
        assertThat(trie.remove(filter)).isSameAs(second);
        assertThat(trie.size()).isZero();
    }

    @Test
    void putIfAbsentKeepsTheValueOfTheSameFilter() {
        for (String text : new String[] {"a/+/c", "a", "a/+", "a/#", "b/c", "b"}) {
            Tagged first = new Tagged(TopicFilter.of(text), 1);
            Tagged second = new Tagged(TopicFilter.of(text), 2);
            int before = trie.size();
            assertThat(trie.putIfAbsent(first)).isNull();
            assertThat(trie.putIfAbsent(second)).isSameAs(first);
            assertThat(trie.get(first.filter())).isSameAs(first);
            assertThat(trie.size()).isEqualTo(before + 1);
        }
        assertThat(trie.putIfAbsent(new Tagged(TopicFilter.of("a"), 3))).isEqualTo(new Tagged(TopicFilter.of("a"), 1));
    }

    @Test
    void getAndRemoveTakeTheFilterAsItIsWritten() {
        put("a/+", "a/b");
        assertThat(trie.get(TopicFilter.of("a/#"))).isNull();
        assertThat(trie.get(TopicFilter.of("+/b"))).isNull();
        assertThat(trie.remove(TopicFilter.of("a"))).isNull();
        assertThat(trie.remove(TopicFilter.of("a/b/c"))).isNull();
        assertThat(trie.remove(TopicFilter.of("a/+"))).isNotNull();
        assertThat(matches("a/b")).containsExactly("a/b");
    }

    @Test
    void removalOfAllLeavesNothingBehind() {
        Random random = Seeds.one("TopicTrieTest.removal");
        Topics topics = new Topics(random);
        LevelTree<TopicFilter> tree = new LevelTree<>(TopicFilter::utf8, random.nextLong());
        Set<TopicFilter> filters = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            TopicFilter filter = topics.filter();
            filters.add(filter);
            tree.put(filter);
        }
        TreeShape.check(tree);
        for (TopicFilter filter : filters) {
            assertThat(tree.remove(filter.utf8())).isEqualTo(filter);
        }
        assertThat(tree.size()).isZero();
        assertThat(tree.root().children).isNull();
        assertThat(tree.root().plus).isNull();
        assertThat(tree.root().hash).isNull();
    }

    @Test
    void doesTheSameAsANaiveMapForRandomChanges() {
        checkAgainstNaiveMap(Seeds.one("TopicTrieTest.random"), 7, 4_000);
    }

    @Test
    void noStepOfAChangeHidesAnotherKey() {
        Random random = Seeds.one("TopicTrieTest.steps");
        Topics topics = new Topics(random);
        Stepper stepper = new Stepper(random.nextLong());
        Set<TopicFilter> staying = new HashSet<>();
        while (staying.size() < 40) {
            staying.add(topics.filter());
        }
        staying.forEach(stepper.tree::put);
        stepper.staying = List.copyOf(staying);
        List<TopicFilter> coming = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            TopicFilter filter = topics.filter();
            if (coming.size() < 60 && !staying.contains(filter)) {
                stepper.tree.put(filter);
                coming.add(filter);
            } else if (!coming.isEmpty()) {
                stepper.tree.remove(coming.remove(random.nextInt(coming.size())).utf8());
            }
        }
        assertThat(stepper.looks).isGreaterThan(3_000);
    }

    /** A tree that, each time a change asks for a key in the middle of its work, reads like another thread would then. */
    private static final class Stepper {
        final LevelTree<TopicFilter> tree;
        List<TopicFilter> staying = List.of();
        int looks;
        private boolean looking;

        Stepper(long seed) {
            tree = new LevelTree<>(this::key, seed);
        }

        private byte[] key(TopicFilter filter) {
            if (!looking) {
                looking = true;
                for (TopicFilter stays : staying) {
                    assertThat(tree.get(stays.utf8())).as("%s", stays).isSameAs(stays);
                }
                looks++;
                looking = false;
            }
            return filter.utf8();
        }
    }

    @Test
    void survivesLevelsWhoseHashesCollide() {
        LevelTree<TopicName> tree = new LevelTree<>(TopicName::utf8, 0); // this seed makes anagrams collide
        List<TopicName> names = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            names.add(TopicName.of("device/" + i + "/x"));
        }
        names.forEach(tree::put);
        TreeShape.check(tree);
        for (TopicName name : names) {
            assertThat(tree.get(name.utf8())).isSameAs(name);
        }
        assertThat(tree.get(TopicName.of("device/10000/x").utf8())).isNull();
        for (TopicName name : names) {
            assertThat(tree.remove(name.utf8())).isSameAs(name);
        }
        assertThat(tree.root().children).isNull();
    }

    @Test
    void aTopicOf65536LevelsIsMatchedWithoutRecursion() {
        String slashes = "/".repeat(TopicName.BYTES_MAX);
        put(
                slashes,
                "/".repeat(30_000),
                "+".concat("/+".repeat(32_767)),
                "+/".repeat(32_767) + "#",
                "/".repeat(60_000) + "#");
        assertThat(trie.size()).isEqualTo(5);
        assertThat(matches(slashes))
                .containsExactlyInAnyOrder(slashes, "+/".repeat(32_767) + "#", "/".repeat(60_000) + "#");
        assertThat(trie.remove(TopicFilter.of(slashes))).isNotNull();
        assertThat(matches(slashes)).hasSize(2);
    }

    @Test
    void filtersThatDifferInEachLevelOfALongTopicAreMatchedByAStackOfTheirOwn() {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            put(prefix + "+/x", prefix + "a/y", prefix + "#");
            prefix.append("a/");
        }
        assertThat(matches(prefix + "z")).hasSize(1_000).allMatch(filter -> filter.endsWith("#"));
    }

    @Test
    void memoryDependsOnTheFiltersAndNotOnTheirLevels() {
        LevelTree<TopicFilter> tree = new LevelTree<>(TopicFilter::utf8, 1);
        for (int i = 0; i < 50; i++) {
            tree.put(TopicFilter.of("+/".repeat(10_000 + i) + "x"));
        }
        assertThat(TreeShape.check(tree)).isLessThan(50);
    }

    @Test
    void aShortBranchDoesNotKeepALongFilterAlive() {
        Branch branch = Branch.at(new byte[60_000], 3);
        assertThat(branch.key).hasSize(3);
    }

    private void checkAgainstNaiveMap(Random random, long seed, int steps) {
        Topics topics = new Topics(random);
        TopicTrie<Tagged> tested = new TopicTrie<>(Tagged::utf8, seed);
        Map<TopicFilter, Tagged> naive = new LinkedHashMap<>();
        for (int step = 0; step < steps; step++) {
            TopicFilter filter = topics.filter();
            if (random.nextInt(100) < (step / 1_000 % 2 == 0 ? 70 : 30)) {
                Tagged value = new Tagged(filter, step);
                assertThat(tested.put(value)).isSameAs(naive.put(filter, value));
            } else {
                TopicFilter known = naive.isEmpty() || random.nextBoolean()
                        ? filter
                        : List.copyOf(naive.keySet()).get(random.nextInt(naive.size()));
                assertThat(tested.remove(known)).isSameAs(naive.remove(known));
            }
            assertThat(tested.size()).isEqualTo(naive.size());
            assertThat(tested.get(filter)).isSameAs(naive.get(filter));
            TopicName name = topics.name();
            List<Tagged> found = new ArrayList<>();
            tested.match(name, found::add);
            assertThat(found)
                    .as("matches of %s", name)
                    .containsExactlyInAnyOrderElementsOf(naive.values().stream()
                            .filter(value ->
                                    Topics.standardMatches(value.filter().text(), name.text()))
                            .toList());
        }
        List<Tagged> all = new ArrayList<>();
        tested.forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(naive.values());
    }

    private void put(String... filters) {
        for (String filter : filters) {
            trie.put(Tagged.of(filter));
        }
    }

    private List<String> matches(String topic) {
        List<String> found = new ArrayList<>();
        trie.match(TopicName.of(topic), value -> found.add(value.filter().text()));
        return found;
    }
}
