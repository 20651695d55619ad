package io.wkmq.channel.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FilterTreeTest {
    private static final List<String> LEVELS = List.of("a", "b", "");

    private final FilterTree<TopicFilter> tree = new FilterTree<>();

    private void put(String filter) {
        tree.put(TopicFilter.of(filter), TopicFilter.of(filter));
    }

    private String find(String topic) {
        return String.valueOf(tree.find(TopicName.of(topic)));
    }

    @Test
    void aTopicIsFoundByItsFilter() {
        put("a/+/c");
        put("b/#");
        assertThat(find("a/x/c")).isEqualTo("a/+/c");
        assertThat(find("a//c")).isEqualTo("a/+/c");
        assertThat(find("a/x")).isEqualTo("null");
        assertThat(find("a/x/c/d")).isEqualTo("null");
        assertThat(find("b")).isEqualTo("b/#");
        assertThat(find("b/x/y")).isEqualTo("b/#");
        tree.remove(TopicFilter.of("b/#"));
        assertThat(find("b/x/y")).isEqualTo("null");
        assertThat(tree.size()).isEqualTo(1);
    }

    /** Compares with all topics of up to three levels, which tell any two filters of two levels apart. */
    @Test
    void filtersOverlapIfATopicMatchesBoth() {
        long seed = System.nanoTime();
        System.out.println("FilterTreeTest seed=" + seed);
        Random random = new Random(seed);
        List<TopicName> topics = topics();
        for (int round = 0; round < 2_000; round++) {
            TopicFilter one = filter(random);
            TopicFilter other = filter(random);
            FilterTree<String> of = new FilterTree<>();
            of.put(one, "one");
            boolean both = topics.stream().anyMatch(topic -> one.matches(topic) && other.matches(topic));
            assertThat(of.overlapping(other)).as(one + " and " + other).isEqualTo(both ? "one" : null);
            for (TopicName topic : topics) {
                assertThat(of.find(topic)).as(one + " and " + topic).isEqualTo(one.matches(topic) ? "one" : null);
            }
        }
    }

    private static List<TopicName> topics() {
        List<TopicName> topics = new ArrayList<>();
        List<String> shorter = List.of("a", "b");
        for (int depth = 0; depth < 3; depth++) {
            List<String> longer = new ArrayList<>();
            for (String topic : shorter) {
                topics.add(TopicName.of(topic));
                LEVELS.forEach(level -> longer.add(topic + '/' + level));
            }
            shorter = longer;
        }
        return topics;
    }

    private static TopicFilter filter(Random random) {
        List<String> all = List.of("a", "b", "+", "#");
        StringBuilder text = new StringBuilder(all.get(random.nextInt(all.size())));
        for (int i = random.nextInt(3); i > 0 && text.indexOf("#") < 0; i--) {
            text.append('/').append(all.get(random.nextInt(all.size())));
        }
        return TopicFilter.of(text.toString());
    }
}
