package io.wkmq.cluster.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wkmq.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TickingLoopTest {
    private final TickingLoop loop = new TickingLoop("wkmq-test");

    @Test
    void tasksRunInOrderOnTheThreadOfThatName() {
        List<String> ran = new CopyOnWriteArrayList<>();
        loop.execute(() -> ran.add("1 " + Thread.currentThread().getName()));
        loop.execute(() -> ran.add("2 " + Thread.currentThread().getName()));
        loop.close();
        Await.until("both have run", () -> ran.size() == 2);
        assertThat(ran).containsExactly("1 wkmq-test", "2 wkmq-test");
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void ticksComeSeldomWhileThereIsNothingToDo() {
        AtomicLong ticks = new AtomicLong();
        AtomicLong gap = new AtomicLong();
        AtomicLong last = new AtomicLong(System.nanoTime());
        AtomicBoolean alone = new AtomicBoolean();
        loop.tick(Duration.ofMillis(1), alone::get, () -> {
            long now = System.nanoTime();
            gap.set(now - last.getAndSet(now));
            ticks.incrementAndGet();
        });
        Await.until("it ticks", () -> ticks.get() > 10);
        Await.until(
                "the ticks are far apart",
                () -> gap.get() >= Duration.ofMillis(TickingLoop.SELDOM_MS).toNanos());
        awaitWake(gap);

        alone.set(true);
        Await.until(
                "they are further apart without other nodes",
                () -> gap.get() >= Duration.ofMillis(TickingLoop.ALONE_MS).toNanos());
        awaitWake(gap);
        loop.close();
    }

    private void awaitWake(AtomicLong gap) {
        Await.until("what it is given wakes it up", () -> {
            loop.execute(() -> {});
            return gap.get() < Duration.ofMillis(TickingLoop.SELDOM_MS / 2).toNanos();
        });
    }

    @Test
    void tickThatGivesTasksIsFollowedByOneTick() {
        AtomicLong ticks = new AtomicLong();
        AtomicLong together = new AtomicLong();
        AtomicLong last = new AtomicLong(System.nanoTime());
        loop.tick(Duration.ofMillis(TickingLoop.SELDOM_MS / 2), () -> false, () -> {
            long now = System.nanoTime();
            long gap = now - last.getAndSet(now);
            if (gap > Duration.ofMillis(TickingLoop.SELDOM_MS).toNanos()) {
                loop.execute(() -> {}); // within one of the seldom ones
            } else if (gap < Duration.ofMillis(TickingLoop.SELDOM_MS / 4).toNanos()) {
                together.incrementAndGet();
            }
            ticks.incrementAndGet();
        });
        Await.until("it has ticked for a while", () -> ticks.get() > 20);
        loop.close();
        assertThat(together.get()).isLessThan(3); // a machine that stands still may bring two close together
    }

    @Test
    void ticksEndWithTheLoop() {
        AtomicLong ticks = new AtomicLong();
        loop.tick(Duration.ofMillis(1), () -> false, ticks::incrementAndGet);
        Await.until("it ticks", () -> ticks.get() > 0);
        loop.close();
        Await.until(
                "the thread has ended",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().equals("wkmq-test")));
    }
}
