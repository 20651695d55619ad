package io.wkmq.cluster.transport.protocol;

import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random messages of all kinds. */
final class RandomMessages {
    private static final String[] TEXTS = {
        "a", "a/b", "sensors/\u00e4/1", "\u6e29\u5ea6", "x".repeat(300), "\ud83d\ude00"
    };

    private final Random random;

    RandomMessages(Random random) {
        this.random = random;
    }

    Message message(long nowMs) {
        byte[] payload = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(2000)];
        random.nextBytes(payload);
        long expiresAtMs = random.nextBoolean() ? Message.NEVER : nowMs + random.nextInt(1_000_000);
        return new Message(
                TopicName.of(text()),
                payload,
                Qos.of(random.nextInt(3)),
                random.nextBoolean(),
                random.nextBoolean() ? MessageProperties.NONE : properties(),
                random.nextInt(4) == 0 ? "" : text(),
                nowMs,
                expiresAtMs,
                random.nextInt(3) == 0 ? 0 : random.nextInt(Message.NUMBER_MAX) + 1);
    }

    private MessageProperties properties() {
        List<UserProperty> userProperties = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            userProperties.add(new UserProperty(text(), random.nextBoolean() ? "" : text()));
        }
        return new MessageProperties(
                random.nextBoolean(), maybe(), maybe(), random.nextBoolean() ? null : data(), userProperties);
    }

    List<SubscriptionFilter> groups() {
        List<SubscriptionFilter> groups = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            groups.add(SubscriptionFilter.parse(
                    (random.nextBoolean() ? "$queue/" : "$share/g" + i + '/') + text() + "/#"));
        }
        return groups;
    }

    private @Nullable String maybe() {
        return random.nextBoolean() ? null : text();
    }

    private String text() {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private byte[] data() {
        byte[] data = new byte[random.nextInt(40)];
        random.nextBytes(data);
        return data;
    }
}
