package io.wkmq.cluster.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FrozenWatchTest {
    private final AtomicLong nanos = new AtomicLong();
    private final FrozenWatch watch = new FrozenWatch(nanos::get);

    @Test
    void aClusterThatStaysFrozenIsNoticedOnceAndAfterThatTimeAgain() {
        assertThat(watch.tooLong(true)).isFalse();
        nanos.addAndGet(FrozenWatch.LIMIT.toNanos() - 1);
        assertThat(watch.tooLong(true)).isFalse();
        nanos.incrementAndGet();
        assertThat(watch.tooLong(true)).isTrue();
        assertThat(watch.tooLong(true)).isFalse();
        nanos.addAndGet(FrozenWatch.LIMIT.toNanos());
        assertThat(watch.tooLong(true)).isTrue();
    }

    @Test
    void whatMeltsInBetweenIsNotNoticed() {
        watch.tooLong(true);
        nanos.addAndGet(FrozenWatch.LIMIT.toNanos());
        assertThat(watch.tooLong(false)).isFalse();
        assertThat(watch.tooLong(true)).isFalse();
    }
}
