package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.ChannelSettings;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.routing.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the declaration of many channels of which some groups do not answer. */
class DeclarationsTest {
    private static final Declarations.Patience SHORT =
            new Declarations.Patience(Duration.ofMillis(10), Duration.ofSeconds(2));
    private static final Declarations.Patience LONG =
            new Declarations.Patience(Duration.ofMillis(10), Duration.ofSeconds(30));

    private final Registry registry = new Registry();
    private final SimTiming timing = new SimTiming();

    /** A registry with several groups; group 0 has no leader. */
    private static final class Registry implements Declarations.Steps {
        private static final int GROUPS = 4;

        private final Map<String, ChannelDefinition> channels = new ConcurrentHashMap<>();
        private final CompletableFuture<Void> leader = new CompletableFuture<>();
        private @Nullable CompletionStage<RegistryAnswer> otherwise;

        @Override
        public synchronized CompletionStage<RegistryAnswer> declare(RegistryOp.Create create) {
            if (otherwise != null) {
                return otherwise;
            }
            if (channels.containsKey(create.name())) {
                return CompletableFuture.completedFuture(new RegistryAnswer.Refused("made by the test"));
            }
            ChannelDefinition made = new ChannelDefinition(
                    channels.size() + 1, 1, create.name(), create.filter(), create.settings(), create.timeMs());
            channels.put(made.name(), made);
            return CompletableFuture.completedFuture(new RegistryAnswer.Done(made));
        }

        @Override
        public CompletionStage<@Nullable ChannelDefinition> find(String name) {
            return CompletableFuture.completedFuture(channels.get(name));
        }

        @Override
        public CompletionStage<Void> settled(ChannelDefinition channel) {
            return channel.number() % GROUPS == 0 ? leader : CompletableFuture.completedFuture(null);
        }
    }

    private static RegistryOp.Create create(int number, String filter) {
        return new RegistryOp.Create("c" + number, TopicFilter.of(filter), ChannelSettings.DEFAULT, 1);
    }

    private static List<RegistryOp.Create> wanted(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> create(number, "c/" + number))
                .toList();
    }

    private List<Declared> declare(List<RegistryOp.Create> wanted) {
        CompletableFuture<List<Declared>> answers = begin(wanted, SHORT);
        timing.pass(SHORT.all().toMillis());
        assertThat(answers).as("all are answered in time").isDone();
        return answers.join();
    }

    private CompletableFuture<List<Declared>> begin(List<RegistryOp.Create> wanted, Declarations.Patience patience) {
        return new Declarations(wanted, registry, patience, timing).run();
    }

    @Test
    void aGroupWithoutALeaderKeepsNoOtherChannelsBack() {
        List<Declared> answers = declare(wanted(100));

        assertThat(registry.channels).as("all were begun").hasSize(100);
        for (int number = 1; number <= 100; number++) {
            Declared answer = answers.get(number - 1);
            if (number % Registry.GROUPS == 0) {
                assertThat(((Declared.Unknown) answer).reason())
                        .isEqualTo(
                                "It is declared, but takes no messages yet: the channels did not answer within 2000 ms;"
                                        + " it may still take effect");
            } else {
                assertThat(answer).isEqualTo(new Declared.Here(channel(number), true));
            }
        }
    }

    private ChannelDefinition channel(int number) {
        return Objects.requireNonNull(registry.channels.get("c" + number));
    }

    @Test
    void whoDeclaresThemAgainIsToldThatTheyAreThere() {
        declare(wanted(8));
        assertThat(declare(List.of(create(1, "c/1"), create(4, "c/4"), create(2, "other"))))
                .satisfiesExactly(
                        there -> assertThat(there).isEqualTo(new Declared.Here(channel(1), false)),
                        waiting -> assertThat(waiting).isInstanceOf(Declared.Unknown.class),
                        refused -> assertThat(refused).isEqualTo(new Declared.Refused("made by the test")));

        registry.leader.complete(null);
        assertThat(declare(List.of(create(4, "c/4")))).containsExactly(new Declared.Here(channel(4), false));
    }

    @Test
    void channelsWhoseGroupHasALeaderAgainInTimeAreThere() {
        CompletableFuture<List<Declared>> answers = begin(wanted(100), LONG);
        timing.pass(LONG.all().toMillis() - 1);
        assertThat(answers).isNotDone();
        registry.leader.complete(null);
        assertThat(answers).isDone();
        assertThat(answers.join()).hasSize(100).allMatch(Declared.Here.class::isInstance);
    }

    @Test
    void aGroupWithoutALeaderIsWaitedForOnceOnly() {
        CompletableFuture<List<Declared>> answers = begin(wanted(600), SHORT);
        timing.pass(SHORT.each().toMillis() - 1);
        assertThat(registry.channels).hasSize(32);
        timing.pass(1);
        assertThat(registry.channels).as("19 lots of them").hasSize(600);
        assertThat(answers).as("some may be there yet").isNotDone();
    }

    @Test
    void aFailureWithoutAMessageHasAName() {
        registry.otherwise = CompletableFuture.failedFuture(new IllegalStateException());
        assertThat(declare(wanted(1)))
                .containsExactly(new Declared.Unknown("IllegalStateException; it may still take effect"));
    }

    @Test
    void aRegistryThatFailsIsNotAskedForTheRest() {
        registry.otherwise = CompletableFuture.failedFuture(new OverloadedException("no leader"));
        List<Declared> answers = declare(wanted(40));

        assertThat(answers)
                .hasSize(40)
                .startsWith(new Declared.Unknown("no leader; it may still take effect"))
                .endsWith(new Declared.Unknown("It was not begun: no leader"));
    }

    @Test
    void aRegistryThatDoesNotAnswerIsNotWaitedForLonger() {
        registry.otherwise = new CompletableFuture<>();
        assertThat(declare(wanted(40)))
                .hasSize(40)
                .startsWith(
                        new Declared.Unknown("the channels did not answer within 2000 ms; it may still take effect"))
                .endsWith(new Declared.Unknown("It was not begun: the channels did not answer within 2000 ms"));
    }
}
