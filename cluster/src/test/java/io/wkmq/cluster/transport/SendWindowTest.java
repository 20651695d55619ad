package io.wkmq.cluster.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Audience;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    private final SendWindow window = new SendWindow();

    @Test
    void numbersBeginAtOneAndFollowEachOther() {
        window.add(message());
        assertThat(window.cursor()).isEqualTo(1);
        assertThat(window.behind()).isTrue();
        window.takeNext();
        assertThat(window.behind()).isFalse();
        assertThat(window.cursor()).isEqualTo(2);
    }

    @Test
    void onlyWhatWasSentMayBeAcknowledged() {
        window.add(message());
        assertThat(window.mayBeAcknowledged(1)).isFalse();
        window.takeNext();
        assertThat(window.mayBeAcknowledged(1)).isTrue();
        assertThat(window.mayBeAcknowledged(2)).isFalse();
    }

    @Test
    void newConnectionGoesOnBehindWhatHasCome() {
        for (int i = 0; i < 5; i++) {
            window.add(message());
            window.takeNext();
        }
        window.acknowledged(1);
        window.acknowledged(2);
        assertThat(window.lowest()).isEqualTo(3);
        assertThat(window.resume(4)).isTrue();
        assertThat(window.cursor()).isEqualTo(5);
        assertThat(window.mayBeAcknowledged(4)).isTrue();
    }

    @Test
    void nodeCannotHaveWhatWasNeverNumberedNorLackWhatItAcknowledged() {
        window.add(message());
        window.takeNext();
        window.acknowledged(1);
        assertThat(window.resume(2)).isFalse();
        assertThat(window.resume(0)).isFalse();
        assertThat(window.resume(1)).isTrue();
    }

    @Test
    void behavesAsAListDoes() {
        long seed = Long.getLong("wkmq.test.seed", System.nanoTime());
        Random random = new Random(seed);
        List<Outgoing> unacknowledged = new ArrayList<>();
        long lowest = 1;
        long cursor = 1;
        for (int step = 0; step < 200_000; step++) {
            String where = "seed " + seed + ", step " + step;
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    if (!window.behind() && unacknowledged.size() < 9_000) {
                        Outgoing message = message();
                        window.add(message);
                        unacknowledged.add(message);
                    }
                }
                case 2, 3 -> {
                    if (window.behind()) {
                        assertThat(window.takeNext()).describedAs(where).isSameAs(unacknowledged.get((int)
                                (cursor - lowest)));
                        cursor++;
                    }
                }
                default -> {
                    if (random.nextInt(200) == 0) {
                        cursor = lowest + random.nextInt(unacknowledged.size() + 1);
                        assertThat(window.resume(cursor - 1)).describedAs(where).isTrue();
                    } else if (random.nextInt(3) == 0 && cursor > lowest) {
                        long upTo = lowest + random.nextInt((int) (cursor - lowest));
                        for (; lowest <= upTo; lowest++) {
                            assertThat(window.acknowledged(upTo))
                                    .describedAs(where)
                                    .isSameAs(unacknowledged.remove(0));
                        }
                        assertThat(window.acknowledged(upTo)).isNull();
                    }
                }
            }
            assertThat(window.lowest()).describedAs(where).isEqualTo(lowest);
            assertThat(window.isEmpty()).describedAs(where).isEqualTo(unacknowledged.isEmpty());
        }
    }

    private static Outgoing message() {
        return new Outgoing(TestMessages.message("t", Qos.AT_LEAST_ONCE, 0), Audience.PLAIN, HandOver.NONE);
    }
}
