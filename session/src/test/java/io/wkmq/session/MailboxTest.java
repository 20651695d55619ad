package io.wkmq.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final ManualShards shards = new ManualShards(1, new ManualClock(0));
    private final ManualShards.ManualShardExecutor loop = shards.executors().get(0);
    private final List<Integer> opened = new ArrayList<>();

    @Test
    void oneWakeUpOpensAllInOrder() {
        Mailbox mailbox = new Mailbox(loop, 10);
        for (int i = 0; i < 5; i++) {
            int n = i;
            mailbox.post(() -> opened.add(n));
        }

        assertThat(loop.waiting()).isEqualTo(1);
        shards.runAll();
        assertThat(opened).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void mailPostedWhileOpeningComesLater() {
        Mailbox mailbox = new Mailbox(loop, 10);
        mailbox.post(() -> {
            mailbox.post(() -> opened.add(2));
            opened.add(0);
        });
        mailbox.post(() -> opened.add(1));
        shards.runAll();

        assertThat(opened).containsExactly(0, 1, 2);
    }

    @Test
    void muchMailLeavesTheLoopInBetween() {
        Mailbox mailbox = new Mailbox(loop, 10);
        for (int i = 0; i < 3000; i++) {
            int n = i;
            mailbox.post(() -> opened.add(n));
        }

        shards.runOne(0);
        int first = opened.size();
        assertThat(first).isLessThan(3000);
        mailbox.post(() -> opened.add(3000));
        shards.runAll();

        assertThat(opened).hasSize(3001).isSorted();
    }

    @Test
    void tellsWhenItIsFull() {
        Mailbox mailbox = new Mailbox(loop, 2);
        mailbox.post(() -> {});
        assertThat(mailbox.full()).isFalse();
        mailbox.post(() -> {});
        assertThat(mailbox.full()).isTrue();

        shards.runAll();
        assertThat(mailbox.full()).isFalse();
    }

    @Test
    void mailThatFailsDoesNotStopTheRest() {
        Mailbox mailbox = new Mailbox(loop, 10);
        mailbox.post(() -> {
            throw new IllegalStateException("a bug");
        });
        mailbox.post(() -> opened.add(1));
        shards.runAll();

        assertThat(opened).containsExactly(1);
    }

    @Test
    void keepsTheOrderOfEachThread() throws InterruptedException {
        int threads = 4;
        int each = 20_000;
        ExecutorService loopThread = Executors.newSingleThreadExecutor();
        ExecutorService posters = Executors.newFixedThreadPool(threads);
        int[] last = new int[threads];
        List<String> disorder = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(threads * each);
        Mailbox mailbox = new Mailbox(
                new ShardExecutor() {
                    @Override
                    public boolean inShard() {
                        return false;
                    }

                    @Override
                    public Timer schedule(Runnable task, long delayMs) {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public void execute(Runnable task) {
                        loopThread.execute(task);
                    }
                },
                100);
        for (int t = 0; t < threads; t++) {
            int poster = t;
            posters.execute(() -> {
                for (int i = 1; i <= each; i++) {
                    int n = i;
                    mailbox.post(() -> {
                        if (last[poster] != n - 1) {
                            disorder.add(poster + ": " + n + " after " + last[poster]);
                        }
                        last[poster] = n;
                        all.countDown();
                    });
                }
            });
        }

        boolean opened = all.await(Duration.ofMinutes(2).toMillis(), TimeUnit.MILLISECONDS);
        posters.shutdown();
        loopThread.shutdown();
        assertThat(opened).isTrue();
        assertThat(disorder).isEmpty();
    }
}
