package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.Donors;
import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what a replica passes on. Single-threaded, in simulated time. */
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class EntryFeedTest {
    private static final UUID SELF = new UUID(9, 9);
    private static final int CHANNEL = 1;
    private static final NodeId OTHER = new NodeId(new UUID(0, 2));

    private final SimLoop loop = new SimLoop();
    private final EntryFeed.Source source = new EntryFeed.Source() {
        @Override
        public UUID replica() {
            return SELF;
        }

        @Override
        public boolean led(int group) {
            return true;
        }
    };

    @TempDir
    private Path directory;

    private ReplicaStore store;
    private LogFollower follower;
    private long index;

    @BeforeEach
    void start() throws IOException {
        store = open("node");
        follower = store.follow(0, loop);
        store.feed(source);
        next();
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
    }

    private ReplicaStore open(String name) throws IOException {
        return ReplicaStore.open(
                new LocalDisk(),
                directory.resolve(name),
                ReplicaOptions.defaults(1),
                new ReplicaThreads(Runnable::run, Runnable::run, Runnable::run, Runnable::run, loop));
    }

    private void next() throws IOException {
        follower.newTerm(++index);
    }

    private CompletableFuture<FillPages.Entries> ask(int holdMs) {
        return ask(index, holdMs);
    }

    private CompletableFuture<FillPages.Entries> ask(long after, int holdMs) {
        return store.answer(FillCodec.encode(new FillQuestion.Entries(0, after, holdMs, 0)))
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
    void whatASnapshotStandsForIsNoGapBehindARefill() throws IOException {
        byte[] declared = OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER)));
        var unused = follower.apply(++index, declared);
        var asked = ask(0);
        loop.work();
        assertThat(asked).isCompleted();
        while (index < 5) {
            next();
        }
        try (ReplicaStore other = open("other")) {
            LogFollower ahead = other.follow(0, loop);
            ahead.newTerm(1);
            unused = ahead.apply(2, declared);
            for (int entry = 3; entry <= 20; entry++) {
                ahead.newTerm(entry);
            }
            store.fetchFrom(only(other));
            var begun = store.refill(CHANNEL, Set.of(OTHER)).toCompletableFuture();
            loop.pass(1_000);
            assertThat(begun).isCompleted();
        }
        assertThat(follower.whole()).isTrue();
        assertThat(follower.applied()).isEqualTo(20);
        follower.restore(FollowingReplica.snapshotOf(15));
        assertThat(follower.whole()).as("it has that").isTrue();
        for (index = 16; index <= 21; index++) {
            follower.newTerm(index);
        }

        var after = ask(5, 0);
        loop.work();
        assertThat(after).isCompleted();
        assertThat(after.join().floor()).as("6 to 15 never came").isGreaterThanOrEqualTo(15);
        assertThat(after.join().entries()).isEmpty();
    }

    private static Donors only(ReplicaStore other) {
        return new Donors() {
            @Override
            public List<NodeId> here() {
                return List.of(OTHER);
            }

            @Override
            public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
                return other.answer(question);
            }
        };
    }

    @Test
    void whatIsTooMuchIsGivenUpOnceItIsTold() throws IOException {
        FollowingReplica registry = FollowingReplica.begin(
                store.registry(),
                store.table(),
                FillLimits.DEFAULTS,
                loop,
                Runnable::run,
                (replica, begun, refetch) ->
                        assertThat(replica).as("it misses nothing").isNull());
        EntryFeed feed = new EntryFeed(registry, loop, source, new RecentEntries(new RecentEntries.Budget(2, 1)), 100);
        CompletableFuture<FillPages.Entries> waiting =
                feed.behind(0, EntryFeed.HOLD_MS).toCompletableFuture();
        feed.newTerm(1);
        loop.work();
        assertThat(waiting).isCompleted();
        assertThat(waiting.join().entries()).hasSize(1);
        assertThat(feed.behind(0, 0).toCompletableFuture().join().entries()).hasSize(1);
        loop.pass(1_000);
        assertThat(feed.behind(0, 0).toCompletableFuture().join().floor()).isEqualTo(1);
    }

    @Test
    void nothingIsKeptForEverWhenItsMemberWasReplaced() throws IOException {
        var unused = ask(0);
        loop.work();
        next();
        loop.lose(); // who was to look whether anybody asks has ended
        loop.pass(2 * EntryFeed.UNUSED_MS);
        next();
        var kept = ask(1, 0);
        loop.work();
        assertThat(kept).isCompleted();
        assertThat(kept.join().entries()).as("within that time").hasSize(2);
        loop.lose();
        loop.pass(2 * EntryFeed.UNUSED_MS + 1);
        next();
        var none = ask(1, 0);
        loop.work();
        assertThat(none).isCompleted();
        assertThat(none.join().floor()).isEqualTo(index);
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
