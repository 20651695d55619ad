package io.wkmq.broker.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PluginGuardTest {
    private static final String FAILED = "failed";
    private static final String BUSY = "busy";

    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final PluginGuard patient = new PluginGuard("x", 60_000, timer);
    private final PluginGuard impatient = new PluginGuard("x", 20, timer);

    PluginGuardTest() {
        timer.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void passesAnAnswerOnAtOnce() {
        assertThat(ask(patient, () -> CompletableFuture.completedStage("yes"))).isCompletedWithValue("yes");
        assertThat(patient.counts()).isEqualTo(PluginCounts.NONE);
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void passesALateAnswerOnAndForgetsTheDeadline() {
        CompletableFuture<String> late = new CompletableFuture<>();
        CompletableFuture<String> answer = ask(patient, () -> late);
        assertThat(answer).isNotDone();
        assertThat(timer.getQueue()).hasSize(1);
        late.complete("yes");
        assertThat(answer).isCompletedWithValue("yes");
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void answersForOneThatNeverAnswers() throws Exception {
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<String> answer = ask(impatient, () -> never);
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(FAILED);
        await().until(() -> impatient.counts().timeouts() == 1);
        never.complete("yes");
        assertThat(answer).isCompletedWithValue(FAILED);
        assertThat(impatient.counts().failures()).isZero();
    }

    @Test
    void answersForOneThatFails() {
        assertThat(ask(patient, () -> {
                    throw new IllegalStateException("a bug");
                }))
                .isCompletedWithValue(FAILED);
        assertThat(ask(patient, () -> {
                    throw new NoClassDefFoundError("org/example/Missing");
                }))
                .isCompletedWithValue(FAILED);
        assertThat(ask(patient, () -> CompletableFuture.failedStage(new IllegalStateException("a bug"))))
                .isCompletedWithValue(FAILED);
        assertThat(patient.counts()).isEqualTo(new PluginCounts(3, 0, 0, 0));
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes", "NullAway"}) // as a plugin may be compiled without any checks
    void answersForOneThatAnswersNonsense() {
        assertThat(ask(patient, () -> null)).isCompletedWithValue(FAILED);
        assertThat(ask(patient, () -> CompletableFuture.completedStage(null))).isCompletedWithValue(FAILED);
        assertThat(ask(patient, () -> (CompletionStage) CompletableFuture.completedStage(42)))
                .isCompletedWithValue(FAILED);
        assertThat(patient.counts().failures()).isEqualTo(3);
    }

    @Test
    void refusesWhenTheQueueIsFull() {
        CompletableFuture<String> answer = patient.ask(
                        task -> {
                            throw new RejectedExecutionException("full");
                        },
                        String.class,
                        FAILED,
                        BUSY,
                        () -> CompletableFuture.completedStage("yes"))
                .toCompletableFuture();
        assertThat(answer).isCompletedWithValue(BUSY);
        assertThat(patient.counts()).isEqualTo(new PluginCounts(0, 0, 1, 0));
        assertThat(timer.getQueue()).isEmpty();
    }

    @Test
    void doesNotEvenCallWhenTheTimeIsUp() throws Exception {
        Deque<Runnable> queue = new ArrayDeque<>();
        CompletableFuture<String> called = new CompletableFuture<>();
        CompletableFuture<String> answer = impatient
                .ask(queue::add, String.class, FAILED, BUSY, () -> {
                    called.complete("called");
                    return called;
                })
                .toCompletableFuture();
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(FAILED);
        queue.remove().run();
        assertThat(called).isNotDone();
    }

    @Test
    void dropsAndCountsEvents() {
        patient.tell(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                () -> {});
        patient.tell(Runnable::run, () -> {
            throw new AssertionError("a bug");
        });
        assertThat(patient.counts()).isEqualTo(new PluginCounts(1, 0, 0, 1));
    }

    private static CompletableFuture<String> ask(PluginGuard guard, Supplier<CompletionStage<String>> call) {
        return guard.ask(String.class, FAILED, call).toCompletableFuture();
    }
}
