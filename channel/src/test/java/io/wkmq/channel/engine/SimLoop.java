package io.wkmq.channel.engine;

import io.wkmq.testing.sim.SimTime;
import java.util.ArrayDeque;
import java.util.Queue;

/** An engine loop that runs only when told to, in simulated time. Not thread-safe. */
final class SimLoop implements EngineLoop {
    private final SimTime time = new SimTime();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private int life;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void after(long delayMs, Runnable task) {
        int begun = life;
        time.after(delayMs, () -> {
            if (begun == life) {
                tasks.add(task);
            }
        });
    }

    /** Forgets all that it was given, as a loop that has ended and is begun anew. */
    void lose() {
        life++;
        tasks.clear();
    }

    /** How much is to be done at some time. */
    int waiting() {
        return time.waiting();
    }

    @Override
    public long nowMs() {
        return time.nowMs();
    }

    /** Does all that there is to do now. */
    void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Lets time pass in which it does nothing; then it does all that there is to do, in the order in which it came. */
    void hang(long durationMs) {
        time.pass(durationMs);
        work();
    }

    /** Lets time pass, with all that is to do meanwhile. */
    void pass(long durationMs) {
        work();
        for (long i = 0; i < durationMs; i++) {
            time.pass(1);
            work();
        }
    }
}
