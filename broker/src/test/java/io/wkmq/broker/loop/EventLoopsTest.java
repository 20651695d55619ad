package io.wkmq.broker.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.wkmq.broker.blocking.BlockingCalls;
import io.wkmq.broker.loop.EventLoops.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class EventLoopsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void loopsHaveAnIndexAndAName() throws Exception {
        EventLoops loops = EventLoops.start(3, Transport.AUTO);
        assertThat(loops.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(loops.indexOf(loops.loop(i))).isEqualTo(i);
            String name =
                    loops.loop(i).submit(() -> Thread.currentThread().getName()).get(20, TimeUnit.SECONDS);
            assertThat(name).isEqualTo("wkmq-loop-" + i);
        }
        assertThat(loops.indexOf(loops.acceptor().next())).isEqualTo(-1);
        assertThat(loops.stop(LIMIT)).isTrue();
    }

    @Test
    void epollIsTakenWhereItWorks() {
        EventLoops loops = EventLoops.start(1, Transport.AUTO);
        assertThat(loops.epoll()).isEqualTo(Epoll.isAvailable());
        assertThat(loops.stop(LIMIT)).isTrue();
    }

    @Test
    void nioMayBeAskedFor() {
        EventLoops loops = EventLoops.start(1, Transport.NIO);
        assertThat(loops.epoll()).isFalse();
        assertThatThrownBy(loops::unixServerChannels).isInstanceOf(IllegalStateException.class);
        assertThat(loops.stop(LIMIT)).isTrue();
    }

    @Test
    void noLoopAtAllIsAMistake() {
        assertThatThrownBy(() -> EventLoops.start(0, Transport.AUTO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("event loops=0, expected at least 1");
    }

    @Test
    void queuedTasksRunBeforeTheEnd() {
        EventLoops loops = EventLoops.start(1, Transport.AUTO);
        CountDownLatch ran = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            loops.loop(0).execute(ran::countDown);
        }
        assertThat(loops.stop(LIMIT)).isTrue();
        assertThat(ran.getCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void aTaskThatGoesOnAndOnLetsTimersAndSocketsIn(Transport transport) throws Exception {
        EventLoops loops = EventLoops.start(1, transport);
        AtomicInteger parts = new AtomicInteger();
        CompletableFuture<Integer> timer = new CompletableFuture<>();
        Runnable endless = new Runnable() {
            @Override
            public void run() {
                BlockingCalls.onPurpose(() -> LockSupport.parkNanos(1_000_000)); // some work
                if (parts.incrementAndGet() == 1) {
                    var unused = loops.loop(0).schedule(() -> timer.complete(parts.get()), 0, TimeUnit.NANOSECONDS);
                }
                if (!timer.isDone()) {
                    loops.loop(0).execute(this);
                }
            }
        };
        loops.loop(0).execute(endless);
        assertThat(timer.get(20, TimeUnit.SECONDS)).isLessThan(20);
        assertThat(loops.stop(LIMIT)).isTrue();
    }

    @Test
    void stopDoesNotWaitLongerThanItsLimit() throws Exception {
        EventLoops loops = EventLoops.start(1, Transport.AUTO);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        loops.loop(0)
                .execute(() -> BlockingCalls.onPurpose(() -> {
                    busy.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
        assertThat(busy.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(loops.stop(Duration.ofMillis(50))).isFalse();
        end.countDown();
        assertThat(loops.stop(LIMIT)).isTrue();
    }
}
