package io.wkmq.benchmarks.load;

import java.util.EnumSet;
import java.util.Set;

/** Combines a scenario's command line with the user's options about the broker into {@link Options}. */
final class ScenarioLine {
    /** The options a user may give. */
    private static final Set<Flag> GIVEN = EnumSet.of(
            Flag.HOST,
            Flag.HOSTS,
            Flag.PORT,
            Flag.TLS_PORT,
            Flag.CAFILE,
            Flag.INSECURE,
            Flag.USER,
            Flag.PASSWORD,
            Flag.IFADDR,
            Flag.PATIENCE,
            Flag.SCALE,
            Flag.JSON);

    /** Those that apply unchanged to all lines. */
    private static final Set<Flag> COPIED =
            EnumSet.of(Flag.HOST, Flag.HOSTS, Flag.USER, Flag.PASSWORD, Flag.IFADDR, Flag.PATIENCE, Flag.JSON);

    private static final Set<Flag> SCALED = EnumSet.of(
            Flag.CLIENTS,
            Flag.PUBLISHERS,
            Flag.SUBSCRIBERS,
            Flag.RATE,
            Flag.MESSAGES,
            Flag.DURATION,
            Flag.WARMUP,
            Flag.STAY,
            Flag.CONNECTS);

    private static final double SCALE_MAX = 1000;

    private final Arguments given;
    private final double scale;

    /** Validates the user's options. */
    ScenarioLine(Arguments given) throws UsageException {
        this.given = given;
        for (Flag flag : Flag.values()) {
            if (given.has(flag) && !GIVEN.contains(flag)) {
                throw new UsageException(flag.text() + " is no option of scenario; expected options about the broker, "
                        + Flag.SCALE.text() + " or " + Flag.JSON.text());
            }
        }
        this.scale = given.decimal(Flag.SCALE, 1, SCALE_MAX);
    }

    boolean json() {
        return given.has(Flag.JSON);
    }

    Options options(String line) throws UsageException {
        String[] words = line.split(" ", -1);
        Arguments arguments = Arguments.read(words, 1);
        for (Flag flag : SCALED) {
            if (arguments.has(flag)) {
                long least = flag == Flag.WARMUP ? 0 : 1;
                long value = arguments.number(flag, 0L, 0, Long.MAX_VALUE);
                arguments.set(flag, Long.toString(Math.max(least, Math.round(value * scale))));
            }
        }
        boolean tls = arguments.has(Flag.TLS);
        if (!loopback(given.text(Flag.HOST, "localhost"))) {
            arguments.remove(Flag.IFADDR); // the scenario's addresses are loopback addresses
        }
        for (Flag flag : COPIED) {
            arguments.copy(flag, flag, given);
        }
        arguments.copy(Flag.PORT, tls ? Flag.TLS_PORT : Flag.PORT, given);
        if (tls) {
            arguments.copy(Flag.CAFILE, Flag.CAFILE, given);
            arguments.copy(Flag.INSECURE, Flag.INSECURE, given);
        }
        return OptionParser.options(Command.parse(words[0]), arguments);
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.startsWith("127.");
    }
}
