package io.wkmq.broker.auth;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer whose periodic tasks run only when the test says so. */
final class FakeTimer extends ScheduledThreadPoolExecutor {
    FakeTimer() {
        super(1);
        setRemoveOnCancelPolicy(true);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long delay, long period, TimeUnit unit) {
        return super.scheduleAtFixedRate(task, 36_500, 36_500, TimeUnit.DAYS);
    }
}
