package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.storage.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replica gives on, in a time of its own. One thread does all. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class EntryFeedTest {
    private static final UUID SELF = new UUID(9, 9);

    private final SimLoop loop = new SimLoop();

    @TempDir
    private Path directory;

    private ReplicaStore store;
    private LogFollower follower;
    private long index;

    @BeforeEach
    void start() throws IOException {
        store = ReplicaStore.open(
                new LocalDisk(),
                directory.resolve("node"),
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, loop));
        follower = store.follow(0, loop);
        store.feed(new EntryFeed.Source() {
            @Override
            public UUID replica() {
                return SELF;
            }

            @Override
            public boolean led(int group) {
                return true;
            }
        });
        next();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private void next() throws IOException {
        follower.newTerm(++index);
    }

    private CompletableFuture<FillPages.Entries> ask(int holdMs) {
        return store.answer(FillCodec.encode(new FillQuestion.Entries(0, index, holdMs, 0)))
                .thenApply(FillCodec::decodeAnswer)
                .thenApply(answer -> FillPages.decodeEntries(((FillAnswer.Part) answer).bytes()))
                .toCompletableFuture();
    }

    @Test
    void whoDoesNotWaitIsAnsweredAtOnce() {
        CompletableFuture<FillPages.Entries> answer = ask(0);
        loop.work();
        assertThat(answer).isCompleted();
        assertThat(answer.join().entries()).isEmpty();
        assertThat(answer.join().replica()).isEqualTo(SELF);
    }

    @Test
    void whoWaitsIsToldWhatComesOrThatNothingDoes() throws IOException {
        CompletableFuture<FillPages.Entries> nothing = ask(60_000);
        loop.pass(EntryFeed.HOLD_MS - 1);
        assertThat(nothing).isNotDone();
        loop.pass(300);
        assertThat(nothing).isCompleted();
        assertThat(nothing.join().entries()).isEmpty();

        CompletableFuture<FillPages.Entries> answer = ask(EntryFeed.HOLD_MS);
        loop.pass(10);
        assertThat(answer).isNotDone();
        next();
        loop.work();
        assertThat(answer).isCompleted();
        assertThat(answer.join().entries()).extracting(FillPages.Entry::index).containsExactly(index);
    }

    @Test
    void itGoesOnWhenItsMemberWasReplaced() throws IOException {
        CompletableFuture<FillPages.Entries> before = ask(EntryFeed.HOLD_MS);
        loop.work();
        next();
        loop.lose(); // who was to tell it has ended
        loop.pass(2_000);
        assertThat(before).isNotDone();

        CompletableFuture<FillPages.Entries> after = ask(EntryFeed.HOLD_MS);
        loop.pass(1_000);
        assertThat(before).isCompleted();
        assertThat(before.join().entries()).extracting(FillPages.Entry::index).containsExactly(index);
        assertThat(after).isCompleted();

        CompletableFuture<FillPages.Entries> last = ask(EntryFeed.HOLD_MS);
        loop.work();
        next();
        loop.work();
        assertThat(last).isCompleted();
    }

    @Test
    void aLoopThatIsHeldUpHasNoMoreToDoWithEachTime() {
        for (int round = 0; round < 20; round++) {
            var unused = ask(EntryFeed.HOLD_MS);
            loop.hang(3_000);
            loop.pass(10);
        }
        assertThat(loop.waiting()).isLessThan(10);
    }
}
