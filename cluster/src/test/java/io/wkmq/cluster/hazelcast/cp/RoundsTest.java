package io.wkmq.cluster.hazelcast.cp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final AtomicLong nanos = new AtomicLong();
    private final List<CompletableFuture<Long>> asked = new ArrayList<>();
    private final Rounds<Long> rounds = new Rounds<>(this::ask, nanos::get);

    private boolean faulty;

    private CompletionStage<Long> ask() {
        if (faulty) {
            throw new IllegalThreadStateException("made by the test");
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }

    private CompletableFuture<Long> answer() {
        return rounds.answer(LIMIT).toCompletableFuture();
    }

    @Test
    void whoAsksWhileAQuestionIsUnderWaySharesTheNextOne() {
        CompletableFuture<Long> first = answer();
        List<CompletableFuture<Long>> later =
                Stream.generate(this::answer).limit(1_000).toList();
        assertThat(asked).hasSize(1);

        asked.get(0).complete(7L);

        assertThat(first).isCompletedWithValue(7L);
        assertThat(later).noneMatch(CompletableFuture::isDone);
        assertThat(asked).hasSize(2);

        asked.get(1).complete(8L);

        assertThat(later).allSatisfy(each -> assertThat(each).isCompletedWithValue(8L));
        assertThat(asked).hasSize(2);
    }

    @Test
    void aQuestionThatFailsIsAskedAgainUntilTheLimitIsOver() {
        CompletableFuture<Long> answer = answer();

        asked.get(0).completeExceptionally(new OverloadedException("made by the test"));
        assertThat(answer).isNotDone();
        assertThat(asked).hasSize(2);

        nanos.addAndGet(LIMIT.toNanos());
        asked.get(1).completeExceptionally(new OverloadedException("made by the test"));
        assertThatThrownBy(answer::join).hasCauseInstanceOf(OverloadedException.class);
        assertThat(asked).hasSize(2);
    }

    @Test
    void aLogThatIsClosedIsNotAskedAgain() {
        CompletableFuture<Long> answer = answer();

        asked.get(0).completeExceptionally(new LogClosedException("made by the test", null));

        assertThatThrownBy(answer::join).hasCauseInstanceOf(LogClosedException.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aQuestionThatCannotBeAskedHangsNobody() {
        CompletableFuture<Long> first = answer();
        CompletableFuture<Long> second = answer();
        faulty = true;
        asked.get(0).complete(7L);

        assertThat(first).isCompletedWithValue(7L);
        assertThatThrownBy(second::join)
                .hasCauseInstanceOf(LogClosedException.class)
                .hasMessageContaining("made by the test");

        faulty = false;
        asked.clear();
        CompletableFuture<Long> third = answer();
        asked.get(0).complete(8L);
        assertThat(third).isCompletedWithValue(8L);
    }
}
