package io.wkmq.broker.fuzz;

import static io.wkmq.testing.mqtt.Packets.auth;
import static io.wkmq.testing.mqtt.Packets.disconnect;
import static io.wkmq.testing.mqtt.Packets.pingreq;
import static io.wkmq.testing.mqtt.Packets.puback;
import static io.wkmq.testing.mqtt.Packets.pubcomp;
import static io.wkmq.testing.mqtt.Packets.publish;
import static io.wkmq.testing.mqtt.Packets.pubrec;
import static io.wkmq.testing.mqtt.Packets.pubrel;
import static io.wkmq.testing.mqtt.Packets.subscribe;
import static io.wkmq.testing.mqtt.Packets.unsubscribe;
import static io.wkmq.testing.mqtt.Property.maximumPacketSize;
import static io.wkmq.testing.mqtt.Property.messageExpiry;
import static io.wkmq.testing.mqtt.Property.receiveMaximum;
import static io.wkmq.testing.mqtt.Property.requestProblemInformation;
import static io.wkmq.testing.mqtt.Property.responseTopic;
import static io.wkmq.testing.mqtt.Property.sessionExpiry;
import static io.wkmq.testing.mqtt.Property.subscriptionId;
import static io.wkmq.testing.mqtt.Property.topicAlias;
import static io.wkmq.testing.mqtt.Property.topicAliasMaximum;
import static io.wkmq.testing.mqtt.Property.user;
import static io.wkmq.testing.mqtt.Property.willDelay;
import static io.wkmq.testing.mqtt.WillBuilder.will;

import io.wkmq.testing.mqtt.ConnectBuilder;
import io.wkmq.testing.mqtt.PacketBuilder;
import io.wkmq.testing.mqtt.Packets;
import io.wkmq.testing.mqtt.PublishBuilder;
import io.wkmq.testing.mqtt.SubscribeBuilder;
import io.wkmq.testing.mqtt.WillBuilder;
import java.util.Random;

/**
 * Packets that are individually well-formed but come in any order and mean anything. Uses few client ids, topics and packet ids, so that
 * the packets interact.
 */
final class FuzzPackets {
    private static final int IDS = 6;
    private static final String[] TOPICS = {"f/a", "f/b", "f/a/b", "f/", "/", "f/\u00fc", "$SYS/f"};
    private static final String[] FILTERS = {
        "f/a",
        "f/+",
        "f/#",
        "#",
        "+/a/+",
        "/",
        "$SYS/#",
        "$share/g/f/#",
        "$share/g/f/a",
        "$queue/f/+",
        "f/#/x",
        "$share/g"
    };
    private static final int[] CODES = {0, 0, 0, 0x10, 0x80, 0x92, 0x97};

    private final Random random;

    FuzzPackets(Random random) {
        this.random = random;
    }

    /** The client ids that occur. */
    static String clientId(int index) {
        return "fuzz" + index;
    }

    static int clientIds() {
        return IDS;
    }

    ConnectBuilder connect() {
        ConnectBuilder connect = Packets.connect(chance(20) ? "" : clientId(random.nextInt(IDS)))
                .cleanStart(random.nextBoolean())
                .keepAlive(pick(0, 1, 60));
        if (chance(2)) {
            connect.with(sessionExpiry(pick(0, 1, 60)));
        }
        if (chance(2)) {
            connect.with(receiveMaximum(pick(1, 2, 10)));
        }
        if (chance(4)) {
            connect.with(maximumPacketSize(pick(20, 40, 100)));
        }
        if (chance(3)) {
            connect.with(topicAliasMaximum(pick(1, 10)));
        }
        if (chance(4)) {
            connect.with(requestProblemInformation(0));
        }
        if (chance(3)) {
            WillBuilder will = will(topic(), "gone").qos(random.nextInt(3)).with(willDelay(pick(0, 1)));
            connect.will(chance(3) ? will.retain() : will);
        }
        return connect;
    }

    PacketBuilder<?> next() {
        return switch (random.nextInt(14)) {
            case 0, 1, 2, 3, 4 -> publication();
            case 5, 6 -> subscription();
            case 7 -> unsubscribe(id(), filter(), filter());
            case 8 -> puback(id()).code(code());
            case 9 -> pubrec(id()).code(code());
            case 10 -> pubrel(id()).code(pick(0, 0x92));
            case 11 -> pubcomp(id()).code(pick(0, 0x92));
            case 12 -> pingreq();
            default -> rare();
        };
    }

    private PacketBuilder<?> rare() {
        return switch (random.nextInt(6)) {
            case 0 -> connect();
            case 1 -> auth(pick(0, 0x18, 0x19));
            case 2 -> disconnect(pick(0, 0x04, 0x80)).with(sessionExpiry(pick(0, 1, 60)));
            case 3 -> disconnect();
            default -> pingreq();
        };
    }

    private PublishBuilder publication() {
        byte[] payload = new byte[chance(10) ? random.nextInt(20_000) : random.nextInt(30)];
        PublishBuilder publish = publish(topic(), payload);
        int qos = random.nextInt(3);
        if (qos > 0) {
            publish.qos(qos, id());
        }
        if (chance(5)) {
            publish.retain();
        }
        if (chance(5)) {
            publish.duplicate();
        }
        if (chance(4)) {
            publish.with(messageExpiry(pick(0, 1, 60)), user("a", "b"), responseTopic("r"));
        }
        if (chance(4)) {
            publish.with(topicAlias(pick(1, 2, 32)));
            if (chance(2)) {
                publish.rawTopic();
            }
        }
        return publish;
    }

    private SubscribeBuilder subscription() {
        SubscribeBuilder subscribe = subscribe(id());
        for (int i = random.nextInt(3); i >= 0; i--) {
            int options = random.nextInt(3);
            if (chance(3)) {
                options |= pick(
                        SubscribeBuilder.NO_LOCAL,
                        SubscribeBuilder.RETAIN_AS_PUBLISHED,
                        SubscribeBuilder.RETAINED_IF_NEW,
                        SubscribeBuilder.RETAINED_NEVER);
            }
            subscribe.filter(filter(), options);
        }
        return chance(3) ? subscribe.with(subscriptionId(pick(1, 2, 268_435_455))) : subscribe;
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private int pick(int... values) {
        return values[random.nextInt(values.length)];
    }

    private int id() {
        return 1 + random.nextInt(8);
    }

    private int code() {
        return CODES[random.nextInt(CODES.length)];
    }

    private String topic() {
        return TOPICS[random.nextInt(TOPICS.length)];
    }

    private String filter() {
        return FILTERS[random.nextInt(FILTERS.length)];
    }
}
