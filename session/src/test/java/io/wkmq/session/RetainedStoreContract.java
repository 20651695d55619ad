package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.NodeId;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract of every {@link RetainedStore}. */
public abstract class RetainedStoreContract {
    /** The store, open. */
    protected abstract RetainedStore store();

    /** The store as it is after the broker was stopped in order and started again. */
    protected abstract RetainedStore restarted();

    private static List<String> restored(RetainedStore store) {
        List<String> texts = new ArrayList<>();
        store.restore(message -> texts.add(text(message)));
        return texts;
    }

    private static String text(StampedMessage message) {
        return message.time() + " " + message.node() + ' ' + RestoredSessions.text(message);
    }

    private static StampedMessage stamped(String topic, String payload, long time) {
        return Samples.stamped(Samples.message(topic, payload), time);
    }

    @Test
    void retainsTheLastMessageOfEachTopic() {
        store().retain(stamped("a", "old", 1));
        store().retain(stamped("b", "only", 2));
        AwaitedFlush.of(store());
        store().retain(stamped("a", "new", Long.MAX_VALUE >> 1));

        assertThat(restored(restarted()))
                .containsExactlyInAnyOrder(
                        text(stamped("a", "new", Long.MAX_VALUE >> 1)), text(stamped("b", "only", 2)));
    }

    @Test
    void aClearedTopicHasNone() {
        store().retain(stamped("a", "x", 1));
        AwaitedFlush.of(store());
        store().clear(TopicName.of("a"));
        store().clear(TopicName.of("never there"));

        assertThat(restored(restarted())).isEmpty();
    }

    @Test
    void randomChangesLeaveWhatAModelSays() {
        long seed = System.nanoTime();
        System.out.println(getClass().getSimpleName() + " seed " + seed);
        Random random = new Random(seed);
        Map<String, String> model = new HashMap<>();
        RetainedStore store = store();
        for (int restart = 0; restart < 4; restart++) {
            for (int i = 0; i < 500; i++) {
                String topic = "t/" + random.nextInt(60) + "/ü";
                if (random.nextInt(4) == 0) {
                    store.clear(TopicName.of(topic));
                    model.remove(topic);
                } else {
                    int bytes = random.nextInt(4) * random.nextInt(500); // some are removals
                    StampedMessage message = new StampedMessage(
                            Samples.message(topic, bytes, random),
                            random.nextLong() >>> 2,
                            new NodeId(new UUID(random.nextLong(), random.nextLong())));
                    store.retain(message);
                    model.put(topic, text(message));
                }
            }
            store = restarted();
            assertThat(restored(store))
                    .as("seed %s after restart %s", seed, restart)
                    .containsExactlyInAnyOrderElementsOf(model.values());
        }
    }
}
