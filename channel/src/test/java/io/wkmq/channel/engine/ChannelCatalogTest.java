package io.wkmq.channel.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.ChannelLog;
import io.wkmq.channel.NotAppendedException;
import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.routing.Message;
import io.wkmq.routing.MessageProperties;
import io.wkmq.routing.Qos;
import io.wkmq.routing.TopicFilter;
import io.wkmq.routing.TopicName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that no message bypasses its channel, however little a node knows yet. */
class ChannelCatalogTest {
    private static final TopicName TOPIC = TopicName.of("plant/7");
    private static final ChannelDefinition PLANT =
            new ChannelDefinition(1, 1, "plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT, 0);

    private final HalfEngine engine = new HalfEngine();
    private final ChannelCatalog catalog = new ChannelCatalog(new SimTiming());

    @BeforeEach
    void begin() {
        catalog.begin(engine);
    }

    private void assertRefused(TopicName topic) {
        ChannelLog log = requireNonNull(catalog.capturing(topic));
        Message message = new Message(topic, new byte[0], Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, "p", 0, 0);
        assertThatThrownBy(() -> log.append(message, "p").toCompletableFuture().get())
                .hasCauseInstanceOf(NotAppendedException.class);
    }

    @Test
    void aChannelIsKnownAlthoughItsGroupDoesNotAnswer() {
        assertThat(catalog.capturing(TOPIC)).isNull();
        catalog.changed(PLANT);
        assertRefused(TOPIC);

        catalog.gone(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNull();
    }

    @Test
    void aChannelStaysKnownIfItsGroupIsNotToAnswerAnyMore() {
        engine.configureFailure = new LogClosedException("made by the test", null);
        catalog.changed(PLANT);
        assertRefused(TOPIC);
    }

    @Test
    void theFirstChannelsByNameThatHaveHadAMessageAreShown() {
        int shown = ChannelFigures.Ends.SHOWN_MAX;
        for (int number = 3 * shown; number > 0; number--) {
            catalog.put(
                    new ChannelDefinition(
                            number,
                            1,
                            "c" + (10_000 + number),
                            TopicFilter.of("t/" + number),
                            ChannelSettings.DEFAULT,
                            0),
                    number % 2);
        }
        ChannelFigures.Ends ends = catalog.ends();
        assertThat(ends.channels()).isEqualTo(3 * shown);
        assertThat(ends.last()).hasSize(shown).containsEntry("c10001", 1L);
        assertThat(ends.last().lastKey()).isEqualTo("c" + (10_000 + 2 * shown - 1));
    }

    private static ChannelDefinition numbered(int number) {
        return new ChannelDefinition(number, 1, "plant", TopicFilter.of("plant/#"), ChannelSettings.DEFAULT, 0);
    }

    @Test
    void whatIsToBeMovedIsRefusedFromTheFirstMomentToTheLast() {
        catalog.former(PLANT);
        assertRefused(TOPIC);
        assertThat(catalog.whyNot("plant")).contains("wkctl channels replicate");
        catalog.announced(PLANT); // it may have the number that it had
        assertRefused(TOPIC);
        catalog.forget(PLANT);
        assertRefused(TOPIC);
        catalog.changed(PLANT);
        assertRefused(TOPIC);
        assertThat(catalog.whyNot("plant")).isNull();
        assertThat(catalog.find("plant")).isEqualTo(PLANT);
        catalog.forget(PLANT);
        assertRefused(TOPIC);
    }

    @Test
    void whatTheRegistryKnowsIsNotReplacedByWhatTheNodeHad() {
        catalog.announced(numbered(5));
        catalog.former(PLANT);
        assertThat(catalog.find("plant")).isEqualTo(numbered(5));
        catalog.forget(PLANT);
        assertRefused(TOPIC);
        catalog.gone(numbered(5));
        assertThat(catalog.capturing(TOPIC)).isNull();
        assertThat(catalog.whyNot("plant")).isNull();
    }

    @Test
    void whatWasRemovedBeforeItWasMovedIsForgotten() {
        catalog.former(PLANT);
        assertThat(catalog.announced()).containsExactly("plant");
        catalog.forget(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNull();
        assertThat(catalog.find("plant")).isNull();
        assertThat(catalog.announced()).isEmpty();
    }

    private static ChannelDefinition other(String name, String filter) {
        return new ChannelDefinition(5, 1, name, TopicFilter.of(filter), ChannelSettings.DEFAULT, 0);
    }

    /** Another channel has the name, or the topics, or both, of one that the node kept alone: and is removed to make room. */
    @ParameterizedTest
    @CsvSource({"plant, plant/#", "works, plant/#", "plant, works/#"})
    void whatIsToBeMovedIsRefusedWhileAndAfterAnotherOneIsInItsWay(String name, String filter) {
        ChannelDefinition other = other(name, filter);
        for (boolean first : new boolean[] {true, false}) {
            if (first) {
                catalog.put(other, 0);
                catalog.former(PLANT);
            } else {
                catalog.put(other, 0);
            }
            if (!filter.equals("plant/#")) {
                assertRefused(TOPIC);
            }
            assertThat(catalog.find(name)).isEqualTo(other);
            assertThat(catalog.announced()).containsExactly("plant");
            catalog.gone(other);
            assertRefused(TOPIC);
            assertThat(catalog.whyNot("plant")).contains("wkctl channels replicate");
            assertThat(catalog.announced()).containsExactly("plant");
        }
        catalog.announced(numbered(6));
        assertRefused(TOPIC);
        catalog.gone(numbered(6));
        assertThat(catalog.capturing(TOPIC)).as("it was removed and not moved").isNull();
        assertThat(catalog.announced()).isEmpty();
    }

    @Test
    void whatWasRemovedWhileItsNameWasAnotherOnesIsForgotten() {
        ChannelDefinition other = other("plant", "works/#");
        catalog.put(other, 0);
        catalog.former(PLANT);
        assertRefused(TOPIC);
        catalog.forget(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNull();
        assertThat(catalog.announced()).isEmpty();
        assertThat(catalog.find("plant")).isEqualTo(other);
    }

    @Test
    void whatOthersDeclaredWhileThisNodeWasAwayIsAChannelAtOnce() {
        engine.silent = true;
        catalog.changed(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNull(); // it is being declared: its group has yet to say so
        catalog.gone(PLANT);

        engine.behind = true;
        catalog.changed(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNotNull();
        catalog.gone(PLANT);
        assertThat(catalog.capturing(TOPIC)).isNull();
    }

    @Test
    void aNodeThatDoesNotKnowTheChannelsTakesNothing() {
        engine.blind = true;
        assertRefused(TOPIC);
        assertThat(catalog.capturing(TopicName.of("$SYS/x"))).isNull();

        engine.blind = false;
        assertThat(catalog.capturing(TOPIC)).isNull();
    }
}
