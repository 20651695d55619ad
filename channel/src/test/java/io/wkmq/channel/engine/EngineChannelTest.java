package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.SimulatedDisk;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicName;
import io.wkmq.routing.UserProperty;
import io.wkmq.testing.disk.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineChannelTest {
    private final LocalEngine engine = open();
    private final EngineChannel channel = new EngineChannel(engine, 1);

    private static LocalEngine open() {
        try {
            return LocalEngine.open(
                    new SimulatedDisk(new SimDisk()),
                    SimulatedDisk.DIRECTORY,
                    SimNode.small(2, AppenderOptions.defaults()),
                    Clock.systemUTC());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void configure() {
        get(engine.configure(1, SimNode.rules(Retention.FOR_EVER)));
    }

    @AfterEach
    void close() throws IOException {
        engine.close();
    }

    private static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static Message message(String publisher, String payload, UserProperty... properties) {
        return new Message(
                TopicName.of("a/b"),
                payload.getBytes(StandardCharsets.UTF_8),
                Qos.AT_LEAST_ONCE,
                false,
                new MessageProperties(false, null, null, null, List.of(properties)),
                publisher,
                1,
                Message.NEVER);
    }

    private static UserProperty named(String name) {
        return new UserProperty(MessageEntries.NAME, name);
    }

    @Test
    void messagesAreReadAsTheyWereAppended() {
        Message message = message("p", "x", new UserProperty("k", "v"));
        assertThat(get(channel.append(message))).isEqualTo(1);
        try (ChannelReader reader = get(engine.read(1, new ReadStart.Earliest()))) {
            Message read = MessageEntries.message(
                    get(reader.read(1, 1)).records().get(0).entry());
            assertThat(read.topic()).isEqualTo(message.topic());
            assertThat(read.payload()).isEqualTo(message.payload());
            assertThat(read.properties()).isEqualTo(message.properties());
        }
    }

    @Test
    void aNamedMessageHasOneNumber() {
        assertThat(get(channel.append(message("p", "x", named("1"))))).isEqualTo(1);
        assertThat(get(channel.append(message("p", "x", named("1"))))).isEqualTo(1);
        assertThat(get(channel.append(message("p", "x", named("2"))))).isEqualTo(2);
        assertThat(get(channel.append(message("q", "x", named("1"))))).isEqualTo(3);
    }

    @Test
    void anotherMessageOfTheSameNameIsRefused() {
        get(channel.append(message("p", "x", named("1"))));
        assertThatThrownBy(() -> get(channel.append(message("p", "y", named("1")))))
                .hasMessageContaining("Another message of that name is in the channel as number 1");
    }

    @Test
    void aChannelThatIsGoneTakesNothing() {
        get(engine.drop(1));
        assertThatThrownBy(() -> get(channel.append(message("p", "x"))))
                .hasRootCauseInstanceOf(ChannelGoneException.class);
    }
}
