package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Message;
import io.wkmq.routing.TopicName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link RetainedStore} must do. */
public abstract class RetainedStoreContract {
    /** The store, open. */
    protected abstract RetainedStore store();

    /** The store as it is after the broker was stopped in order and started again. */
    protected abstract RetainedStore restarted();

    private static List<String> restored(RetainedStore store) {
        List<String> texts = new ArrayList<>();
        store.restore(message -> texts.add(RestoredSessions.text(message)));
        return texts;
    }

    @Test
    void retainsTheLastMessageOfEachTopic() {
        store().retain(Samples.message("a", "old"));
        store().retain(Samples.message("b", "only"));
        AwaitedFlush.of(store());
        store().retain(Samples.message("a", "new"));

        assertThat(restored(restarted()))
                .containsExactlyInAnyOrder(
                        RestoredSessions.text(Samples.message("a", "new")),
                        RestoredSessions.text(Samples.message("b", "only")));
    }

    @Test
    void aClearedTopicHasNone() {
        store().retain(Samples.message("a", "x"));
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
                    Message message = Samples.message(topic, random.nextInt(2000), random);
                    store.retain(message);
                    model.put(topic, RestoredSessions.text(message));
                }
            }
            store = restarted();
            assertThat(restored(store))
                    .as("seed %s after restart %s", seed, restart)
                    .containsExactlyInAnyOrderElementsOf(model.values());
        }
    }
}
