package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.fill.FillAnswer;
import io.wkmq.channel.fill.FillCodec;
import io.wkmq.channel.fill.FillPages;
import io.wkmq.channel.fill.FillQuestion;
import io.wkmq.channel.group.GroupOp;
import io.wkmq.channel.group.OpCodec;
import io.wkmq.channel.group.Retention;
import io.wkmq.channel.storage.LocalDisk;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a node that had copies and finds a free place when it starts: its copies become replicas. */
@Timeout(60)
@SuppressWarnings("NullAway.Init") // JUnit sets the fields
final class EnginePromotionTest {
    private static final UUID KEEPER = new UUID(1, 1);
    private static final UUID SELF = new UUID(2, 2);
    private static final int CHANNEL = 1;
    private static final long LAST = 2;

    @TempDir
    private Path directory;

    private final OwnLogs kept = new OwnLogs();
    private EngineThreads threads;
    private SimLoop loop;
    private LearnerFile file;
    private ReplicaStore store;
    private LogFollower follower;
    private EngineLogs logs;

    /** Logs that this node replicates with others. */
    private static final class OwnLogs extends FakeLogs {
        @Override
        public UUID replica() {
            return SELF;
        }

        @Override
        public CompletionStage<Void> caughtUp(int group, Duration limit) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean led(int group) {
            return true;
        }
    }

    @BeforeEach
    void follow() throws IOException {
        start();
        file.write(Set.of(KEEPER));
        follower.newTerm(1);
        var unused =
                follower.apply(LAST, OpCodec.encode(new GroupOp.Configure(CHANNEL, SimNode.rules(Retention.FOR_EVER))));
        assertThat(follower.snapshot()).isNotEmpty();
        end();
        start();
    }

    @AfterEach
    void end() throws IOException {
        logs.close();
        logs.endCopies();
        threads.end(() -> {});
        store.close();
    }

    /** The node starts with what is on its disk. */
    private void start() throws IOException {
        threads = new EngineThreads();
        loop = new SimLoop();
        store = ReplicaStore.open(
                new LocalDisk(),
                directory,
                ReplicaOptions.defaults(1),
                new ReplicaThreads(
                        threads.reads(), threads.gives(), threads.background(), threads.scrubs(), threads.loop()));
        follower = store.follow(0, loop);
        file = new LearnerFile(new LocalDisk(), directory);
        logs = new EngineLogs(store, file, file.read(), all -> {});
    }

    private void begin() throws Exception {
        logs.begin(kept).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private FillAnswer ask(FillQuestion question) {
        CompletableFuture<FillAnswer> answer = store.answer(FillCodec.encode(question))
                .thenApply(FillCodec::decodeAnswer)
                .toCompletableFuture();
        loop.work();
        assertThat(answer).isCompleted();
        return answer.join();
    }

    private void assertCopies() throws IOException {
        assertThat(file.read()).isEqualTo(Set.of(KEEPER));
        assertThat(store.copies()).isTrue();
        assertThat(logs.blind()).isTrue();
        assertThat(logs.newcomer()).isTrue();
        assertThat(ask(new FillQuestion.Hello(0, LAST))).isInstanceOf(FillAnswer.Refused.class);
        assertThat(ask(new FillQuestion.Entries(0, LAST, 0, 0))).isInstanceOf(FillAnswer.Refused.class);
    }

    private void assertReplicas() throws IOException {
        assertThat(file.read()).isEmpty();
        assertThat(store.copies()).isFalse();
        assertThat(logs.learner()).isFalse();
        assertThat(logs.blind()).isFalse();
        assertThat(logs.trouble()).isNull();
        assertThat(logs.apart()).isNull();
        assertThat(ask(new FillQuestion.Hello(0, LAST)))
                .as("others are filled from it")
                .isInstanceOfSatisfying(FillAnswer.Offer.class, made -> {
                    assertThat(made.index()).isEqualTo(LAST);
                    assertThat(ask(new FillQuestion.Bye(made.offer()))).isInstanceOf(FillAnswer.Part.class);
                });
        assertThat(ask(new FillQuestion.Entries(0, LAST, 0, 0)))
                .as("learners follow it")
                .isInstanceOfSatisfying(FillAnswer.Part.class, part -> {
                    FillPages.Entries page = FillPages.decodeEntries(part.bytes());
                    assertThat(page.replica()).isEqualTo(SELF);
                    assertThat(page.floor()).isEqualTo(LAST);
                });
    }

    @Test
    void whoHasAPlaceGivesWhatItHasAsReplicas() throws Exception {
        assertCopies();
        begin();
        assertReplicas();
        end();

        start();
        assertThat(store.copies()).as("as any node that keeps replicas").isFalse();
        assertThat(logs.blind()).isFalse();
        begin();
        assertReplicas();
    }

    @Test
    void whoEndsBeforeItHasThePlaceHasCopiesStill() throws Exception {
        kept.failure = new NewcomerException("made by the test");
        CompletableFuture<Void> begun = logs.begin(kept).toCompletableFuture();
        Await.until(
                "it has looked for a place",
                () -> String.valueOf(logs.trouble()).contains("made by the test"));
        assertThat(begun).isNotDone();
        assertCopies();
        end();

        start();
        assertCopies();
        kept.failure = null;
        begin();
        assertReplicas();
    }
}
