package io.wkmq.broker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.broker.loop.EventLoops.Transport;
import io.wkmq.session.ShardExecutor.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyShardExecutorTest {
    private final EventLoops loops = EventLoops.start(2, Transport.AUTO);
    private final NettyShardExecutor shard = new NettyShardExecutor(loops.loop(1));

    @AfterEach
    void stop() {
        assertThat(loops.stop(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void tasksRunOnTheLoop() throws Exception {
        assertThat(shard.inShard()).isFalse();
        CompletableFuture<Boolean> inShard = new CompletableFuture<>();
        shard.execute(() -> inShard.complete(shard.inShard() && loops.loop(1).inEventLoop()));
        assertThat(inShard.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timersRunOnTheLoopInTheirTime() throws Exception {
        long start = System.nanoTime();
        CompletableFuture<Boolean> inShard = new CompletableFuture<>();
        shard.execute(() -> {
            shard.schedule(() -> inShard.complete(shard.inShard()), 50);
        });
        assertThat(inShard.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
    }

    @Test
    void cancelledTimerDoesNotRun() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        shard.execute(() -> {
            Timer cancelled = shard.schedule(() -> first.complete("cancelled"), 20);
            cancelled.cancel();
            shard.schedule(() -> first.complete("other"), 50);
        });
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("other");
    }

    @Test
    void loopGoesOnWhenATaskThrows() throws Exception {
        shard.execute(() -> {
            throw new IllegalStateException("for the test");
        });
        shard.schedule(
                () -> {
                    throw new AssertionError("for the test");
                },
                1);
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        shard.schedule(() -> later.complete(true), 20);
        assertThat(later.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void stoppedLoopRefusesTasks() {
        assertThat(loops.stop(Duration.ofSeconds(20))).isTrue();
        assertThatThrownBy(() -> shard.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> shard.schedule(() -> {}, 1)).isInstanceOf(RejectedExecutionException.class);
    }
}
