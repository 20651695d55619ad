package io.wkmq.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.testing.sim.Seeds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopicIndexTest {
    private final TopicIndex<Note> index = new TopicIndex<>(Note::topic, 42);

    record Note(TopicName topic, int number) {}

    @Test
    void anEmptyIndexHasNothing() {
        assertThat(index.get(TopicName.of("a"))).isNull();
        assertThat(index.remove(TopicName.of("a"))).isNull();
        assertThat(index.size()).isZero();
        TopicCursor<Note> cursor = index.cursor(TopicFilter.of("#"));
        assertThat(cursor.done()).isTrue();
        assertThat(cursor.next()).isNull();
    }

    @Test
    void keepsOneValuePerTopic() {
        Note first = put("a/b", 1);
        Note second = new Note(TopicName.of("a/b"), 2);
        assertThat(index.put(second)).isSameAs(first);
        assertThat(index.get(TopicName.of("a/b"))).isSameAs(second);
        assertThat(index.size()).isEqualTo(1);
        assertThat(index.remove(TopicName.of("a/b"))).isSameAs(second);
        assertThat(index.size()).isZero();
    }

    @Test
    void aCursorMeetsAllThatMatch() {
        put("a", "a/b", "a/b/c", "a/b/d", "a/x/c", "b", "b/b/c", "/", "a/", "a//c");
        assertThat(found("a/b")).containsExactly("a/b");
        assertThat(found("a/+")).containsExactlyInAnyOrder("a/b", "a/");
        assertThat(found("a/+/c")).containsExactlyInAnyOrder("a/b/c", "a/x/c", "a//c");
        assertThat(found("+/b/+")).containsExactlyInAnyOrder("a/b/c", "a/b/d", "b/b/c");
        assertThat(found("a/b/#")).containsExactlyInAnyOrder("a/b", "a/b/c", "a/b/d");
        assertThat(found("+/+/+")).containsExactlyInAnyOrder("a/b/c", "a/b/d", "a/x/c", "b/b/c", "a//c");
        assertThat(found("#")).hasSize(10);
        assertThat(found("+/#")).hasSize(10);
        assertThat(found("c/#")).isEmpty();
        assertThat(found("a/b/c/d")).isEmpty();
        assertThat(found("a/b/c/#")).containsExactly("a/b/c");
        assertThat(found("+/")).containsExactlyInAnyOrder("/", "a/");
    }

    @Test
    void wildcardFirstSkipsDollarTopics() { // [MQTT-4.7.2-1]
        put("$SYS", "$SYS/a", "$SYS/b/c", "a/$SYS", "a");
        assertThat(found("#")).containsExactlyInAnyOrder("a", "a/$SYS");
        assertThat(found("+/#")).containsExactlyInAnyOrder("a", "a/$SYS");
        assertThat(found("+")).containsExactly("a");
        assertThat(found("+/a")).isEmpty();
        assertThat(found("$SYS/#")).containsExactlyInAnyOrder("$SYS", "$SYS/a", "$SYS/b/c");
        assertThat(found("$SYS/+")).containsExactly("$SYS/a");
        assertThat(found("a/#")).containsExactlyInAnyOrder("a", "a/$SYS");
    }

    @Test
    void aPausedCursorSkipsWhatIsGoneAndMeetsTheNewestValue() {
        for (int i = 0; i < 1_000; i++) {
            put("d/" + i, i);
        }
        TopicCursor<Note> cursor = index.cursor(TopicFilter.of("d/+"));
        List<Note> met = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            met.add(next(cursor));
        }
        for (int i = 0; i < 1_000; i++) {
            TopicName topic = TopicName.of("d/" + i);
            if (i % 2 == 0) {
                index.remove(topic);
            } else {
                index.put(new Note(topic, 1_000 + i));
            }
        }
        List<Note> rest = drain(cursor);
        assertThat(rest).allMatch(note -> note.number() > 1_000 && note.number() % 2 == 1);
        met.addAll(rest);
        assertThat(met).extracting(Note::topic).doesNotHaveDuplicates();
        long odd = met.stream().filter(note -> note.number() % 2 == 1).count();
        assertThat(odd).isEqualTo(500);
    }

    @Test
    void aStepBoundEndsTheSearchAndTheNextCallGoesOn() {
        for (int i = 0; i < 10_000; i++) {
            put("d/" + i + "/x", i);
        }
        Note wanted = put("d/5000/y", 1);
        TopicCursor<Note> cursor = index.cursor(TopicFilter.of("d/+/y"));
        int calls = 0;
        Note met = null;
        while (!cursor.done()) {
            Note note = cursor.next(100);
            met = note == null ? met : note;
            calls++;
        }
        assertThat(met).isSameAs(wanted);
        assertThat(calls).isGreaterThan(100);
    }

    @Test
    void longTopicsAreWalkedWithoutRecursion() {
        StringBuilder text = new StringBuilder("a");
        for (int i = 0; i < 3_000; i++) {
            put(text.toString(), i);
            text.append("/a");
        }
        put("/".repeat(TopicName.BYTES_MAX), 1);
        assertThat(found("#")).hasSize(3_001);
        assertThat(found("+" + "/+".repeat(2_999))).hasSize(1);
        assertThat(found("a/".repeat(2_000) + "#")).hasSize(1_001);
        assertThat(found("+/".repeat(32_767) + "#")).hasSize(1);
    }

    @Test
    void doesTheSameAsANaiveMapForRandomChanges() {
        Random random = Seeds.one("TopicIndexTest.random");
        Topics topics = new Topics(random);
        Map<TopicName, Note> naive = new HashMap<>();
        for (int step = 0; step < 6_000; step++) {
            TopicName topic = topics.name();
            if (random.nextInt(100) < (step / 1_500 % 2 == 0 ? 75 : 25)) {
                Note note = new Note(topic, step);
                assertThat(index.put(note)).isSameAs(naive.put(topic, note));
            } else {
                TopicName known = naive.isEmpty() || random.nextBoolean()
                        ? topic
                        : List.copyOf(naive.keySet()).get(random.nextInt(naive.size()));
                assertThat(index.remove(known)).isSameAs(naive.remove(known));
            }
            assertThat(index.size()).isEqualTo(naive.size());
            assertThat(index.get(topic)).isSameAs(naive.get(topic));
            if (step % 4 == 0) {
                TopicFilter filter = topics.filter();
                assertThat(drain(index.cursor(filter)))
                        .as("topics that match %s", filter)
                        .containsExactlyInAnyOrderElementsOf(naive.values().stream()
                                .filter(note -> Topics.standardMatches(
                                        filter.text(), note.topic().text()))
                                .toList());
            }
        }
    }

    @Test
    void cursorsMeetWhatStaysExactlyOnceWhileAWriterChangesTheRest() throws Exception {
        Random random = Seeds.one("TopicIndexTest.concurrent");
        Topics topics = new Topics(random);
        Map<TopicName, Note> staying = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            Note note = new Note(topics.name(), -1);
            staying.put(note.topic(), note);
        }
        staying.values().forEach(index::put);
        boolean[] over = new boolean[1];
        long[] seeds = {random.nextLong(), random.nextLong(), random.nextLong()};
        new Together()
                .with(() -> {
                    changeAtRandom(new Random(seeds[0]), staying);
                    synchronized (over) {
                        over[0] = true;
                    }
                })
                .with(() -> walkUntil(over, new Random(seeds[1]), staying))
                .with(() -> walkUntil(over, new Random(seeds[2]), staying))
                .run();
    }

    private void changeAtRandom(Random random, Map<TopicName, Note> staying) {
        Topics topics = new Topics(random);
        List<TopicName> coming = new ArrayList<>();
        for (int i = 0; i < 150_000; i++) {
            if (coming.size() < 20 || random.nextInt(100) < (i / 5_000 % 2 == 0 ? 60 : 40)) {
                TopicName topic = topics.name();
                if (!staying.containsKey(topic)) {
                    index.put(new Note(topic, i));
                    coming.add(topic);
                }
            } else {
                int last = coming.size() - 1;
                int any = random.nextInt(coming.size());
                index.remove(coming.get(any));
                coming.set(any, coming.get(last));
                coming.remove(last);
            }
        }
    }

    private void walkUntil(boolean[] over, Random random, Map<TopicName, Note> staying) {
        Topics topics = new Topics(random);
        while (true) {
            synchronized (over) {
                if (over[0]) {
                    return;
                }
            }
            TopicFilter filter = random.nextInt(4) == 0 ? TopicFilter.of("#") : topics.filter();
            List<TopicName> met = new ArrayList<>();
            TopicCursor<Note> cursor = index.cursor(filter);
            while (!cursor.done()) {
                Note note = cursor.next(1 + random.nextInt(5));
                if (note != null && staying.containsKey(note.topic())) {
                    met.add(note.topic());
                } else if (note != null) {
                    assertThat(Topics.standardMatches(
                                    filter.text(), note.topic().text()))
                            .as("%s matches %s", filter, note.topic())
                            .isTrue();
                }
            }
            assertThat(met)
                    .as("topics that stay and match %s", filter)
                    .containsExactlyInAnyOrderElementsOf(staying.keySet().stream()
                            .filter(topic -> Topics.standardMatches(filter.text(), topic.text()))
                            .toList());
        }
    }

    private void put(String... topics) {
        for (String topic : topics) {
            put(topic, 0);
        }
    }

    private Note put(String topic, int number) {
        Note note = new Note(TopicName.of(topic), number);
        index.put(note);
        return note;
    }

    private List<String> found(String filter) {
        return drain(index.cursor(TopicFilter.of(filter))).stream()
                .map(note -> note.topic().text())
                .toList();
    }

    private static Note next(TopicCursor<Note> cursor) {
        Note note = cursor.next();
        if (note == null) {
            throw new AssertionError("The cursor is at its end");
        }
        return note;
    }

    private static List<Note> drain(TopicCursor<Note> cursor) {
        List<Note> notes = new ArrayList<>();
        for (Note note = cursor.next(); note != null; note = cursor.next()) {
            notes.add(note);
        }
        assertThat(cursor.done()).isTrue();
        return notes;
    }
}
