package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutboundWindowTest {
    private static final Message MESSAGE = new Message(
            TopicName.of("t"), new byte[0], Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, "p", 0, Message.NEVER);

    private OutboundWindow window = new OutboundWindow();

    private Delivery add() {
        Delivery delivery = delivery(window.nextPacketId());
        window.add(delivery);
        return delivery;
    }

    private static Delivery delivery(int packetId) {
        Delivery delivery = new Delivery(MESSAGE, Qos.AT_LEAST_ONCE, false, Delivery.NO_IDENTIFIERS, null);
        delivery.packetId = packetId;
        return delivery;
    }

    private List<Integer> idsInOrder() {
        List<Integer> ids = new ArrayList<>();
        for (int position = window.first(); position != window.end(); position++) {
            Delivery delivery = window.at(position);
            if (delivery != null) {
                ids.add(delivery.packetId);
            }
        }
        return ids;
    }

    /** [MQTT-2.2.1-4]. */
    @Test
    void idsThatAreStillInUseAreSkippedAfterTheLap() {
        Delivery first = add();
        Delivery second = add();
        Delivery fifth = null;
        for (int id = 3; id <= 65_535; id++) {
            Delivery delivery = add();
            if (id == 5) {
                fifth = delivery;
            } else {
                window.remove(delivery);
            }
        }

        assertThat(fifth).isNotNull();
        assertThat(add().packetId).isEqualTo(3);
        assertThat(add().packetId).isEqualTo(4);
        assertThat(add().packetId).isEqualTo(6);
        window.remove(first);
        assertThat(window.get(second.packetId)).isSameAs(second);
        assertThat(idsInOrder()).containsExactly(2, 5, 3, 4, 6);
    }

    @Test
    void everyIdCanBeInUseButOne() {
        for (int i = 0; i < 65_534; i++) {
            add();
        }
        Delivery last = add();
        window.remove(last);

        assertThat(add().packetId).isEqualTo(last.packetId);
        assertThat(window.size()).isEqualTo(65_535);
    }

    @Test
    void behavesLikeAMapThatKeepsItsOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Integer, Delivery> model = new LinkedHashMap<>();
        for (int step = 0; step < 60_000; step++) {
            int max = step % 20_000 < 10_000 ? 10 : 300;
            boolean grow = model.isEmpty() || (model.size() < max && random.nextInt(100) < 52);
            if (grow) {
                Delivery delivery = add();
                assertThat(delivery.packetId).as("seed %d", seed).isBetween(1, 65_535);
                assertThat(model.put(delivery.packetId, delivery))
                        .as("seed %d", seed)
                        .isNull();
            } else {
                // Often the oldest, sometimes any: a client may keep one for ever.
                int skip = random.nextInt(4) == 0 ? random.nextInt(model.size()) : Math.min(1, model.size() - 1);
                Delivery delivery =
                        model.values().stream().skip(skip).findFirst().orElseThrow();
                int id = delivery.packetId;
                assertThat(window.get(id)).as("seed %d", seed).isSameAs(delivery);
                window.remove(delivery);
                model.remove(id);
                assertThat(window.get(id)).as("seed %d", seed).isNull();
            }
            assertThat(window.size()).as("seed %d", seed).isEqualTo(model.size());
            if (step % 1000 == 0) {
                assertThat(idsInOrder()).as("seed %d", seed).containsExactlyElementsOf(model.keySet());
            }
        }
    }

    /** Positions are set back by a full ring only, which a client that acknowledges fast never has. */
    @Test
    void deliveriesAreFoundBehindTheGreatestPosition() {
        window = new OutboundWindow(Integer.MAX_VALUE - 3);
        ArrayDeque<Delivery> open = new ArrayDeque<>();
        for (int i = 0; i < 20; i++) {
            open.add(add());
            if (open.size() > 3) {
                window.remove(open.remove());
            }
            assertThat(open)
                    .allSatisfy(each -> assertThat(window.get(each.packetId)).isSameAs(each));
        }
        assertThat(window.size()).isEqualTo(3);
        assertThat(window.get(1)).isNull();
    }

    @Test
    void idsInUseAreSkippedBehindTheGreatestPosition() {
        window = new OutboundWindow(Integer.MIN_VALUE);
        window.restore(delivery(2));
        window.restore(delivery(1));

        assertThat(window.nextPacketId()).isEqualTo(3);
    }

    @Test
    void countsWhatIsToBeWritten() {
        Delivery one = add();
        Delivery two = add();
        window.due(one);
        window.due(one);
        two.released = true;
        window.due(two);
        assertThat(window.unsent()).isEqualTo(1);
        assertThat(window.unreleased()).isEqualTo(1);

        window.written(one);
        window.remove(two);

        assertThat(window.unsent()).isZero();
        assertThat(window.unreleased()).isZero();
    }
}
