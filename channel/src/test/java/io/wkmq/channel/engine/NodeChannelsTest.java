package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.storage.StorageException;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import io.wkmq.testing.Await;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests administrative operations on the channels of a node, whose outcome the administrator does not always see. */
@Timeout(60)
class NodeChannelsTest {
    private static final TopicName TOPIC = TopicName.of("plant/7");

    @TempDir
    Path directory;

    private NodeChannels open() throws Exception {
        return NodeChannels.open(directory.resolve("channels"), LocalOptions.defaults(), Clock.systemUTC());
    }

    private static void create(NodeChannels channels, String name, String filter) throws ChannelException {
        channels.changes().create(name, TopicFilter.of(filter), ChannelSettings.DEFAULT);
    }

    /** Whether its end was not seen; it may have come before anybody could wait for it. */
    private static boolean unseen(Change change) {
        Thread.currentThread().interrupt();
        try {
            change.run();
            return false;
        } catch (ChannelException e) {
            assertThat(e).hasMessageContaining("may still take effect");
            return true;
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** An administrative operation. */
    @FunctionalInterface
    private interface Change {
        void run() throws ChannelException;
    }

    @Test
    void channelsStayInAsManyGroupsAsThereWereAtFirst() throws Exception {
        try (NodeChannels channels = open()) {
            create(channels, "plant", "plant/#");
        }
        LocalOptions other = SimNode.small(16, AppenderOptions.defaults());
        assertThatThrownBy(() -> NodeChannels.open(directory.resolve("channels"), other, Clock.systemUTC()))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("are in 8 groups, but cluster.channels.groups is 16; expected 8");
        try (NodeChannels channels = open()) {
            assertThat(channels.find("plant")).isNotNull();
        }
    }

    @Test
    void whatNobodyWaitsForTakesEffectAllTheSame() throws Exception {
        int unseen = 0;
        try (NodeChannels channels = open()) {
            create(channels, "other", "other/#"); // opens the files, which an interrupt would not let it do
            for (int round = 0; round < 20; round++) {
                unseen += unseen(() -> create(channels, "plant", "plant/#")) ? 1 : 0;
                create(channels, "behind", "behind/#");
                Await.until(
                        "it takes messages", () -> channels.find("plant") != null && channels.capturing(TOPIC) != null);

                unseen += unseen(() -> channels.changes().delete("plant")) ? 1 : 0;
                channels.changes().delete("behind");
                assertThat(channels.find("plant")).isNull();
                assertThat(channels.capturing(TOPIC)).isNull();
            }
        }
        assertThat(unseen).isPositive();
    }
}
