package io.wkmq.cluster.sessions;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.ShardExecutor;
import io.wkmq.testing.sim.SimTime;
import java.util.Random;

/** A loop of a simulated node: runs its tasks in order, each a moment after its submission, until the node dies. */
final class SimLoop implements ShardExecutor {
    private final SimMembers.Member member;
    private final SimTime time;
    private final Random random;
    private long busyUntilMs;
    private boolean here;
    private boolean stuck;

    SimLoop(SimMembers.Member member, SimTime time, Random random) {
        this.member = member;
        this.time = time;
        this.random = random;
    }

    @Override
    public void execute(Runnable task) {
        busyUntilMs = Math.max(busyUntilMs, time.nowMs() + (random.nextInt(4) == 0 ? random.nextInt(3) : 0));
        time.after(busyUntilMs - time.nowMs(), () -> run(task));
    }

    /** Does nothing any more. */
    void stick() {
        stuck = true;
    }

    private void run(Runnable task) {
        if (member.alive() && !stuck) {
            boolean before = here;
            here = true;
            try {
                task.run();
            } finally {
                here = before;
            }
        }
    }

    @Override
    public boolean inShard() {
        return here;
    }

    @Override
    public Timer schedule(Runnable task, long delayMs) {
        boolean[] cancelled = {false};
        time.after(delayMs, () -> {
            if (!cancelled[0]) {
                run(task);
            }
        });
        return () -> cancelled[0] = true;
    }
}
