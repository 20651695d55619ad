package io.wkmq.broker;

import io.wkmq.broker.config.BrokerConfig;
import io.wkmq.broker.config.ConfigLoader;
import io.wkmq.broker.config.InvalidConfigException;

/** The process: reads the configuration and prints it. */
public final class Main {
    private static final int EXIT_FAILED = 1;

    private Main() {}

    /** Ends with 78 if the configuration is wrong, with 1 if the node cannot start. */
    public static void main(String[] args) {
        try {
            Home home = Home.locate();
            BrokerConfig config = ConfigLoader.load(home.root(), home.distribution(), System.getenv());
            Logging logging = Logging.start(config.log(), home);
            logging.notices(config.notices());
            logging.close();
            System.out.println(config);
        } catch (InvalidConfigException e) {
            System.err.println("wkmq: not started, " + e.getMessage());
            System.exit(InvalidConfigException.EXIT_STATUS);
        } catch (StartupException e) {
            System.err.println("wkmq: not started, " + e.getMessage());
            System.exit(EXIT_FAILED);
        }
    }
}
