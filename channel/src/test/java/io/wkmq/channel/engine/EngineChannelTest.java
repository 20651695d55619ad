package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.Receipt;
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
    private final EngineChannel channel = new EngineChannel(engine, 1, "c", 0);

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
        assertThat(get(channel.append(message, "p")).seq()).isEqualTo(1);
        try (ChannelReader reader = get(engine.read(1, new ReadStart.Earliest()))) {
            Message read = MessageEntries.message(
                    get(reader.read(1, 1)).records().get(0).entry());
            assertThat(read.topic()).isEqualTo(message.topic());
            assertThat(read.payload()).isEqualTo(message.payload());
            assertThat(read.properties()).isEqualTo(message.properties());
        }
    }

    private CompletionStage<Receipt> append(String publisher, String payload, UserProperty... properties) {
        return channel.append(message(publisher, payload, properties), publisher);
    }

    @Test
    void aNamedMessageHasOneNumber() {
        assertThat(get(append("p", "x", named("1"))).duplicate()).isFalse();
        Receipt again = get(append("p", "x", named("1")));
        assertThat(again.seq()).isEqualTo(1);
        assertThat(again.properties()).contains(new UserProperty("wk-dup", "1"), new UserProperty("wk-ch", "c"));
        assertThat(get(append("p", "x", named("2"))).seq()).isEqualTo(2);
        assertThat(get(append("q", "x", named("1"))).seq()).isEqualTo(3);
    }

    @Test
    void anotherMessageOfTheSameNameIsRefused() {
        get(append("p", "x", named("1")));
        assertThatThrownBy(() -> get(append("p", "y", named("1"))))
                .hasMessageContaining("wk:conflict Another message of that name is in channel c as number 1");
    }

    @Test
    void aChannelThatIsGoneTakesNothing() {
        get(engine.drop(1));
        assertThatThrownBy(() -> get(append("p", "x"))).hasMessageContaining("wk:no-channel Channel c was removed");
    }
}
