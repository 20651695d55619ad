package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.channel.group.Retention;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedEngineTest {
    /** Logs in which a node takes no part, for a given reason. */
    private static final class NoLogs implements GroupLogs {
        private volatile boolean decided;
        private volatile @Nullable UUID replica;
        private volatile IOException reason = new IOException("made by the test");

        @Override
        public ReplicatedLog log(int group, Duration limit) throws IOException {
            throw reason;
        }

        @Override
        public boolean decided() {
            return decided;
        }

        @Override
        public boolean perhapsKeptByOthers() {
            return false;
        }

        @Override
        public void follows(Set<UUID> keepers) {
            // it has followed nobody
        }

        @Override
        public Set<UUID> keepers() {
            return Set.of();
        }

        @Override
        public CompletionStage<Boolean> askKeepers() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean confirmed() {
            return true;
        }

        @Override
        public CompletionStage<Long> applied(int group, Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable UUID replica() {
            return replica;
        }

        @Override
        public int members() {
            return 3;
        }

        @Override
        public boolean led(int group) {
            return false;
        }

        @Override
        public boolean leads(int group) {
            return false;
        }

        @Override
        public LogFigures written() {
            return LogFigures.NONE;
        }

        @Override
        public @Nullable String where() {
            return null;
        }

        @Override
        public CompletionStage<Void> caughtUp(int group, Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> remove(String node) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requirePlace(Duration limit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Boolean> makePlace(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<GroupStatus> status(int group) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Map<String, Set<Integer>>> filling() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletionStage<Void> lead(int group, @Nullable String node) {
            throw new UnsupportedOperationException();
        }
    }

    @TempDir
    Path directory;

    @Test
    void whoWaitsForItsBeginningHearsThatItIsClosedFirst() throws IOException {
        ReplicatedEngine engine = ReplicatedEngine.open(directory, ReplicatedOptions.defaults(), Clock.systemUTC());
        try {
            CompletableFuture<Void> begun = engine.begin(new NoLogs()).toCompletableFuture();
            assertThat(begun).isNotDone();
            engine.close();
            assertThat(begun)
                    .failsWithin(Duration.ZERO)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LogClosedException.class);
            assertThat(engine.configure(1, SimNode.rules(Retention.FOR_EVER)))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(LogClosedException.class);
        } finally {
            engine.closeFiles();
        }
        engine.close();
        assertThat(engine.configure(1, SimNode.rules(Retention.FOR_EVER)))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(LogClosedException.class);
    }

    @Test
    void aNodeKeepsNothingIfItFoundNoPlaceOrNobodyDoesYet() throws IOException {
        ReplicatedEngine engine = ReplicatedEngine.open(directory, ReplicatedOptions.defaults(), Clock.systemUTC());
        try {
            assertThat(engine.keepsNothing())
                    .as("it does not know yet with whom")
                    .isFalse();

            NoLogs logs = new NoLogs();
            var unused = engine.begin(logs);
            assertThat(engine.keepsNothing()).as("too few have met").isTrue();
            logs.replica = new UUID(0, 1);
            assertThat(engine.keepsNothing()).as("it is one of those who do").isFalse();

            logs.replica = null;
            logs.decided = true;
            assertThat(engine.keepsNothing())
                    .as("others do, and it did not ask for a place")
                    .isFalse();
            logs.reason = new NewcomerException("made by the test");
            Await.until("it has found no place", engine::keepsNothing);
        } finally {
            engine.closeFiles();
        }
    }
}
