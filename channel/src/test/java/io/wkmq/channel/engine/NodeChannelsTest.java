package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do with the channels of a node, of which they do not always see the end. */
@Timeout(60)
class NodeChannelsTest {
    private static final TopicName TOPIC = TopicName.of("plant/7");

    @TempDir
    Path directory;

    private NodeChannels open() throws Exception {
        return NodeChannels.open(directory.resolve("channels"), LocalOptions.defaults(), Clock.systemUTC());
    }

    private static void create(NodeChannels channels, String name, String filter) throws ChannelException {
        channels.create(name, TopicFilter.of(filter), ChannelSettings.DEFAULT);
    }

    private static void unseen(org.assertj.core.api.ThrowableAssert.ThrowingCallable change) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(change).isInstanceOf(ChannelException.class).hasMessageContaining("may still take effect");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void whatNobodyWaitsForTakesEffectAllTheSame() throws Exception {
        try (NodeChannels channels = open()) {
            create(channels, "other", "other/#");
            unseen(() -> create(channels, "plant", "plant/#"));
            create(channels, "behind", "behind/#");
            assertThat(channels.find("plant")).isNotNull();
            assertThat(channels.capturing(TOPIC)).isNotNull();

            unseen(() -> channels.delete("plant"));
            channels.delete("behind");
            assertThat(channels.find("plant")).isNull();
            assertThat(channels.capturing(TOPIC)).isNull();
            create(channels, "plant", "plant/#");
        }
    }
}
