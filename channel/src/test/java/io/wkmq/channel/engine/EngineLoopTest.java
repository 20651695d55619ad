package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class EngineLoopTest {
    private final SimLoop loop = new SimLoop();

    @Test
    void aQuestionCompletesItsFutureOnTheLoop() {
        CompletableFuture<String> answer = loop.ask(asked -> asked.complete("a"));
        assertThat(answer).isNotDone();
        loop.work();
        assertThat(answer).isCompletedWithValue("a");
    }

    @Test
    void whatAQuestionThrowsIsHeardByWhoAskedAndByTheLoop() {
        IllegalStateException bug = new IllegalStateException("made by the test");
        CompletableFuture<String> answer = loop.ask(asked -> {
            throw bug;
        });
        assertThatThrownBy(loop::work).isSameAs(bug);
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isSameAs(bug);
    }

    @Test
    void aStepEndsAsItsStageDoes() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> done = loop.compose(() -> stage);
        CompletableFuture<String> failed =
                loop.compose(() -> CompletableFuture.failedFuture(new IOException("made by the test")));
        CompletableFuture<String> thrown = loop.compose(() -> {
            throw new IllegalStateException("made by the test");
        });
        loop.work();
        assertThat(done).isNotDone();
        stage.complete("a");
        assertThat(done).isCompletedWithValue("a");
        assertThat(failed)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IOException.class);
        assertThat(thrown)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aLoopThatHasEndedFailsWhatItIsAsked() {
        EngineThread ended = EngineThread.start("wkmq-ended");
        ended.close();
        CompletableFuture<String> answer = ended.ask(asked -> asked.complete("a"));
        assertThat(answer)
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(LogClosedException.class);
    }
}
