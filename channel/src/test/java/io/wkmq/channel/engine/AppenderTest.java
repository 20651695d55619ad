package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.wkmq.channel.group.AppendResult;
import io.wkmq.channel.group.AppendResult.Done;
import io.wkmq.channel.group.AppendResult.Outcome;
import io.wkmq.channel.group.AppendResult.PartResult;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.GroupOp.Part;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.StateCodec;
import io.wkmq.testing.ManualClock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class AppenderTest {
    private static final UUID PRODUCER = new UUID(1, 2);

    private final SimLoop loop = new SimLoop();
    private final List<GroupOp.Append> sent = new ArrayList<>();
    private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    private final Appender appender = new Appender(
            PRODUCER,
            op -> {
                sent.add((GroupOp.Append) OpCodec.decode(op));
                CompletableFuture<byte[]> answer = new CompletableFuture<>();
                answers.add(answer);
                return answer;
            },
            loop,
            new ManualClock(),
            new AppenderOptions(3, 10_000, 5, 2, 1_000, 100, 4, 50_000));

    @CanIgnoreReturnValue
    private CompletableFuture<Appended> append(int channel, String body) {
        CompletableFuture<Appended> appended =
                appender.append(channel, SimNode.entry(body)).toCompletableFuture();
        loop.work();
        return appended;
    }

    private void answer(int attempt, AppendResult result) {
        answers.get(attempt).complete(StateCodec.encode(result));
        loop.work();
    }

    /** All of an operation was appended, from that number on in each channel. */
    private void done(int attempt, long seq) {
        answer(attempt, all(sent.get(attempt), seq));
    }

    private static Done all(GroupOp.Append op, long seq) {
        List<PartResult> parts = op.parts().stream()
                .map(part -> new PartResult(
                        77, LongStream.range(seq, seq + part.entries().size()).toArray(), null))
                .toList();
        return new Done(3, parts);
    }

    private List<String> bodies(int attempt) {
        return sent.get(attempt).parts().stream()
                .flatMap(part -> part.entries().stream())
                .map(entry -> SimNode.text(entry.body()))
                .toList();
    }

    @Test
    void aMessageAloneIsSentAtOnce() {
        CompletableFuture<Appended> appended = append(1, "a");
        assertThat(sent).hasSize(1);
        done(0, 8);
        assertThat(appended).isCompletedWithValue(new Appended(Outcome.APPENDED, 8, 77, 3));
        assertThat(appender.bytes()).isZero();
    }

    @Test
    void messagesGatherWhileAnOperationIsUnderWay() {
        append(1, "a");
        append(1, "b");
        append(2, "c");
        assertThat(sent).hasSize(1);
        append(1, "d");
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).parts()).extracting(Part::channel).containsExactly(1, 2);
        assertThat(bodies(1)).containsExactly("b", "d", "c");
    }

    @Test
    void whatWaitsAndHowItIsGatheredIsCounted() {
        append(1, "a");
        append(1, "b");
        append(2, "c");
        append(1, "d");
        append(1, "e");
        assertThat(appender.messages()).isEqualTo(5);
        done(0, 1);
        done(1, 2);
        assertThat(appender.messages()).isEqualTo(1);
        Histogram.Reading batches = appender.batches().read();
        assertThat(batches.counts()).as("of a, of b to d, of e").startsWith(2L, 0L, 1L);
        assertThat(batches.sum()).isEqualTo(5);
        appender.close();
        assertThat(appender.messages()).isZero();
    }

    @Test
    void messagesDoNotGatherForLongerThanTheyLinger() {
        append(1, "a");
        append(1, "b");
        loop.pass(4);
        assertThat(sent).hasSize(1);
        loop.pass(1);
        assertThat(bodies(1)).containsExactly("b");
    }

    @Test
    void onlySoManyOperationsAreUnderWay() {
        for (int i = 0; i < 9; i++) {
            append(1, "m" + i);
        }
        loop.pass(50);
        assertThat(sent).hasSize(2);
        done(0, 1);
        assertThat(bodies(2)).containsExactly("m4", "m5", "m6");
    }

    @Test
    void whatGoesWrongIsSentAgainInItsOrder() {
        CompletableFuture<Appended> first = append(1, "a");
        append(1, "b");
        loop.pass(5);
        answer(1, new AppendResult.OutOfOrder(1));
        answers.get(0).completeExceptionally(new IOException("no leader"));
        loop.pass(10);
        assertThat(sent).hasSize(4);
        assertThat(bodies(2)).containsExactly("a");
        assertThat(bodies(3)).containsExactly("b");
        assertThat(sent.get(2).id()).isEqualTo(sent.get(0).id());
        done(2, 1);
        assertThat(first).isCompletedWithValue(new Appended(Outcome.APPENDED, 1, 77, 3));
    }

    @Test
    void whatIsNotAnsweredIsSentAgain() {
        append(1, "a");
        loop.pass(200);
        assertThat(sent).hasSizeGreaterThan(1);
        assertThat(sent.get(1).id()).isEqualTo(sent.get(0).id());
    }

    @Test
    void aLateAnswerToAnEarlierAttemptCounts() {
        CompletableFuture<Appended> appended = append(1, "a");
        loop.pass(200);
        done(0, 5);
        assertThat(appended).isCompletedWithValue(new Appended(Outcome.APPENDED, 5, 77, 3));
        done(1, 5);
        assertThat(appender.bytes()).isZero();
    }

    @Test
    void afterGivingUpThereIsANewEpoch() {
        CompletableFuture<Appended> first = append(1, "a");
        CompletableFuture<Appended> second = append(1, "b");
        loop.pass(1_100);
        assertThat(first).isCompletedExceptionally();
        assertThat(second).isCompletedExceptionally();
        assertThatThrownBy(first::join).hasCauseInstanceOf(IndeterminateException.class);
        int before = sent.size();
        append(1, "c");
        assertThat(bodies(before)).containsExactly("c");
        assertThat(sent.get(before).id().epoch()).isEqualTo(1);
        assertThat(sent.get(before).id().number()).isEqualTo(1);
    }

    @Test
    void whatWaitedTooLongWithoutBeingSentWasNotAppended() {
        append(1, "a");
        append(1, "b");
        loop.pass(300);
        loop.pass(690);
        List<CompletableFuture<Appended>> late = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            late.add(append(1, "c" + i));
        }
        assertThat(late).noneMatch(CompletableFuture::isDone);
        loop.pass(1_500);
        assertThat(late).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(appender.bytes()).isZero();
    }

    @Test
    void aGroupThatAnswersSlowlyIsCaughtUpWithAfterItWasCutOff() {
        boolean[] cut = {true};
        AtomicInteger done = new AtomicInteger();
        Appender slow = new Appender(
                PRODUCER,
                bytes -> {
                    CompletableFuture<byte[]> answer = new CompletableFuture<>();
                    GroupOp.Append op = (GroupOp.Append) OpCodec.decode(bytes);
                    if (!cut[0]) {
                        loop.after(200, () -> answer.complete(StateCodec.encode(all(op, 1))));
                    }
                    return answer;
                },
                loop,
                new ManualClock(),
                new AppenderOptions(3, 10_000, 5, 2, 1_000, 250, 4, 50_000));
        for (int i = 0; i < 400; i++) {
            cut[0] = i < 150;
            slow.append(1, SimNode.entry("m" + i)).whenComplete((appended, failure) -> {
                if (failure == null) {
                    done.incrementAndGet();
                }
            });
            loop.pass(10);
        }
        assertThat(done).hasValueGreaterThan(40);
    }

    @Test
    void aGroupThatHasForgottenTheProducerEndsTheEpoch() {
        append(1, "a");
        done(0, 1);
        CompletableFuture<Appended> appended = append(1, "b");
        answer(1, new AppendResult.OutOfOrder(1));
        assertThatThrownBy(appended::join).hasCauseInstanceOf(IndeterminateException.class);
        append(1, "c");
        assertThat(sent.get(2).id()).isEqualTo(new OpId(PRODUCER, 1, 1));
    }

    @Test
    void aFencedEpochEnds() {
        CompletableFuture<Appended> appended = append(1, "a");
        answer(0, new AppendResult.Fenced(7));
        assertThatThrownBy(appended::join).hasCauseInstanceOf(IndeterminateException.class);
        append(1, "b");
        assertThat(sent.get(1).id().epoch()).isEqualTo(8);
    }

    @Test
    void moreThanTheBoundIsRefused() {
        append(1, "x".repeat(49_000));
        CompletableFuture<Appended> refused = append(1, "x".repeat(2_000));
        assertThatThrownBy(refused::join).hasCauseInstanceOf(OverloadedException.class);
        done(0, 1);
        assertThat(append(1, "x".repeat(2_000))).isNotDone();
    }

    @Test
    void aClosedLogIsNotTriedAgain() {
        CompletableFuture<Appended> appended = append(1, "a");
        answers.get(0).completeExceptionally(new LogClosedException("broken", null));
        loop.work();
        assertThatThrownBy(appended::join)
                .hasCauseInstanceOf(IndeterminateException.class)
                .hasMessageContaining("broken");
        loop.pass(500);
        assertThat(sent).hasSize(1);
    }

    @Test
    void aClosedAppenderTakesNothing() {
        CompletableFuture<Appended> open = append(1, "a");
        appender.close();
        assertThat(open).isCompletedExceptionally();
        assertThatThrownBy(append(1, "b")::join).hasCauseInstanceOf(OverloadedException.class);
        assertThat(appender.bytes()).isZero();
    }
}
