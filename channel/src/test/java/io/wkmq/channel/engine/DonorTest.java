package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.OpId;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests how pages of entries are passed to those who ask for them: what is done on the group's loop, and what is cached. Single-threaded.
 */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class DonorTest {
    private static final int CHANNEL = 1;

    private final SimLoop loop = new SimLoop();
    private final SimExecutor reads = new SimExecutor();
    private final UUID producer = new UUID(3, 3);

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
                new ReplicaThreads(reads, reads, Runnable::run, Runnable::run, loop));
        follower = store.follow(0, loop);
        store.feed(new EntryFeed.Source() {
            @Override
            public UUID replica() {
                return new UUID(9, 9);
            }

            @Override
            public boolean led(int group) {
                return true;
            }
        });
        var unused = follower.apply(
                ++index, OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER))));
        var first = ask(index, 0); // somebody wants what comes
        loop.work();
        assertThat(first).isCompleted();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private void append(int bytes) throws IOException {
        index++;
        var unused = follower.apply(
                index,
                OpCodec.encode(new GroupOp.Append(
                        new OpId(producer, 0, index),
                        index,
                        List.of(new GroupOp.Part(CHANNEL, List.of(SimNode.entry("x".repeat(bytes))))))));
    }

    private CompletableFuture<FillAnswer.Part> ask(long after, int offset) {
        return store.answer(FillCodec.encode(new FillQuestion.Entries(0, after, 0, offset)))
                .thenApply(FillCodec::decodeAnswer)
                .thenApply(FillAnswer.Part.class::cast)
                .toCompletableFuture();
    }

    @Test
    void aPageOfManyEntriesIsNotMadeOnTheGroupsLoop() throws IOException {
        long before = index;
        for (int i = 0; i < 20; i++) {
            append(2_000);
        }
        CompletableFuture<FillAnswer.Part> many = ask(before, 0);
        loop.work();
        assertThat(many).isNotDone();
        reads.work();
        assertThat(many).isCompleted();
        assertThat(FillPages.decodeEntries(many.join().bytes()).entries()).hasSize(20);

        CompletableFuture<FillAnswer.Part> one = ask(index - 1, 0);
        loop.work();
        assertThat(one).isCompleted();
        assertThat(FillPages.decodeEntries(one.join().bytes()).entries()).hasSize(1);
    }

    @Test
    void onlyWhatGoesInPartsIsKept() throws IOException {
        long before = index;
        append(700_000);
        append(1_700_000);
        CompletableFuture<FillAnswer.Part> whole = ask(before, 0);
        loop.work();
        reads.work();
        assertThat(whole).isCompleted();
        assertThat(whole.join().bytes()).hasSize(whole.join().total());
        assertThat(ask(before, 10)).as("nobody asks for a second part of it").isNotDone();

        CompletableFuture<FillAnswer.Part> part = ask(before + 1, 0);
        loop.work();
        reads.work();
        assertThat(part).isCompleted();
        int length = part.join().bytes().length;
        assertThat(length).isLessThan(part.join().total());
        CompletableFuture<FillAnswer.Part> next = ask(before + 1, length);
        assertThat(next).isCompleted();
        assertThat(next.join().total()).isEqualTo(part.join().total());
        loop.pass(31_000);
        assertThat(ask(before + 1, length)).as("it is forgotten").isNotDone();
    }
}
