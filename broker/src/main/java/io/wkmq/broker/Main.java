package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;
import io.wkmq.broker.ctl.RunningNode;
import io.wkmq.cluster.discovery.dns.NameCache;
import java.nio.file.Path;
import java.util.Locale;

/** The broker process: reads the configuration and runs a node until the process is told to terminate. */
public final class Main {
    private static final int EXIT_FAILED = 1;

    private Main() {}

    /**
     * Runs the process. Its exit status is that of the JVM after SIGTERM (143), 78 if the configuration is invalid, and 1 if
     * the node cannot start.
     */
    public static void main(String[] args) {
        Termination termination = Termination.install();
        termination.exit(run(termination));
    }

    @SuppressWarnings("IllegalCatch") // the last place where the reason for the end of the process can be reported
    private static int run(Termination termination) {
        try {
            NameCache.keepShort();
            Home home = Home.locate();
            BrokerConfig config = ConfigLoader.load(home.root(), home.distribution(), System.getenv());
            Path otherRun = config.node().dataDir().resolve("run");
            try (Logging logging = Logging.start(config.log(), home);
                    RunDirectory directory = RunDirectory.claim(home.run(), otherRun)) {
                logging.notices(config.notices());
                serve(config.runningIn(home.run(), directory.path()), directory, termination);
            }
            return 0;
        } catch (InvalidConfigException e) {
            return failed(e, InvalidConfigException.EXIT_STATUS);
        } catch (StartupException e) {
            return failed(e, EXIT_FAILED);
        } catch (Throwable e) {
            e.printStackTrace();
            return failed(e, EXIT_FAILED);
        }
    }

    private static void serve(BrokerConfig config, RunDirectory directory, Termination termination)
            throws InterruptedException {
        termination.allow(config.node().shutdownDrain());
        try (Broker broker = Broker.prepare(config)) {
            directory.register(new RunningNode(
                    config.node().name().toString(),
                    ProcessHandle.current().pid(),
                    config.node().dataDir(),
                    config.management().socket(),
                    config.management().tokenFile()));
            broker.open(termination::requested);
            directory.announce(broker.listeners().stream()
                    .map(listener ->
                            listener.config().protocol().name().toLowerCase(Locale.ROOT) + ' ' + listener.address())
                    .toList());
            termination.await();
        }
    }

    private static int failed(Throwable e, int status) {
        System.err.println("wkmq: not started, " + e.getMessage());
        return status;
    }
}
