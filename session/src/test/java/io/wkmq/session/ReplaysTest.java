package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.engine.ChannelReader;
import io.wkmq.channel.engine.IndeterminateException;
import io.wkmq.channel.engine.OverloadedException;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Tests the replays of one client: how many there are, and how they end. */
class ReplaysTest {
    private final TestNode node = TestNode.inMemory();
    private final TestClient client = node.client("c").connect();
    private final List<CompletableFuture<ChannelReader>> readers = new ArrayList<>();
    private final List<ReasonCode> answers = new ArrayList<>();

    private void replay(String filter) {
        ReplayRequest request = new ReplayRequest(
                filter,
                "plant",
                "$ch/plant/",
                TopicFilter.of("#"),
                SubscriptionOptions.mqtt3(Qos.AT_LEAST_ONCE),
                null,
                () -> {
                    CompletableFuture<ChannelReader> reader = new CompletableFuture<>();
                    readers.add(reader);
                    return reader;
                });
        client.act(session -> answers.add(session.replay(request)));
    }

    @Test
    void whatIsRefusedIsNotOpened() {
        for (int i = 0; i <= Replays.MAX; i++) {
            replay("$ch/plant/" + i);
        }

        assertThat(answers).hasSize(Replays.MAX + 1).endsWith(ReasonCode.QUOTA_EXCEEDED);
        assertThat(readers).hasSize(Replays.MAX);
    }

    @Test
    void theyAreCountedAndListedUntilTheyEnd() {
        replay("$ch/plant/#");
        replay("$ch/plant@seq:1/a/+");
        replay("$ch/plant/#");

        assertThat(client.info().replays().stream()
                        .map(replay -> replay.filter().text()
                                + ' '
                                + replay.options().qos().code()))
                .containsExactlyInAnyOrder("$ch/plant/# 1", "$ch/plant@seq:1/a/+ 1");
        assertThat(node.sessions.stats().replays()).isEqualTo(2);
        client.act(session -> session.endReplay("$ch/plant/#"));
        assertThat(node.sessions.stats().replays()).isEqualTo(1);
        client.lose();
        assertThat(node.sessions.stats().replays()).isZero();
    }

    @Test
    void aReplayThatFailsEndsTheConnection() {
        replay("$ch/plant/#");
        readers.get(0).completeExceptionally(new IOException("made by the test"));
        node.run();

        assertThat(client.link().closed()).isEqualTo(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
    }

    @Test
    void aReplayWaitsForAChannelThatCannotBeReadYet() {
        replay("$ch/plant/#");
        readers.get(0).completeExceptionally(new CompletionException(new OverloadedException("made by the test")));
        node.run();
        assertThat(readers).hasSize(1);
        node.shards.advanceMs(1000);
        readers.get(1).completeExceptionally(new IndeterminateException("made by the test", null));
        node.shards.advanceMs(1000);

        assertThat(readers).hasSize(3);
        assertThat(client.link().closed()).isNull();
        client.act(session -> session.endReplay("$ch/plant/#"));
        int timers = node.shards.timers();
        readers.get(2).completeExceptionally(new OverloadedException("made by the test"));
        node.run();
        assertThat(node.shards.timers())
                .as("nothing that has ended keeps its session")
                .isEqualTo(timers);
        node.shards.advanceMs(1000);
        assertThat(readers).hasSize(3);
    }

    @Test
    void aReplayThatIsRefusedLeavesTheOneBeforeIt() {
        for (int i = 0; i < Replays.MAX; i++) {
            replay("$ch/plant/" + i);
        }
        replay("$ch/plant/0");

        assertThat(answers).hasSize(Replays.MAX + 1).doesNotContain(ReasonCode.QUOTA_EXCEEDED);
        assertThat(client.info().replays()).hasSize(Replays.MAX);
    }

    @Test
    void aReplayThatHasEndedFailsUnheard() {
        replay("$ch/plant/#");
        client.act(session -> session.endReplay("$ch/plant/#"));
        readers.get(0).completeExceptionally(new IOException("made by the test"));
        node.run();

        assertThat(client.link().closed()).isNull();
    }
}
