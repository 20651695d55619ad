package io.wkmq.benchmarks.load;

/** Performs the run that a command line asks for. Stateless. */
final class Runs {
    private Runs() {}

    /**
     * Performs a run; blocks until it is over.
     *
     * @param run the number of the run, see {@link Stamp#run}; unique among simultaneous runs
     */
    static Outcome run(Options options, int run, Progress progress) throws LoadException, InterruptedException {
        int clients = Math.max(1, options.crew().clients());
        int threads = Math.min(Runtime.getRuntime().availableProcessors(), clients);
        try (Loops loops = new Loops(threads)) {
            return switch (options.crew().command()) {
                case PUB, SUB, PUBSUB, CONN -> new LoadRun(options, run, progress, loops).run();
                case SUBS -> new SubscribeRun(options, run, progress, loops).run();
                case RETAIN -> new RetainRun(options, run, progress, loops).run();
                case OFFLINE -> new OfflineRun(options, run, progress, loops).run();
                case CHURN -> churn(options, run, progress, loops);
                case CHANNEL -> new ChannelRun(options, run, progress, loops).run();
            };
        }
    }

    private static Outcome churn(Options options, int run, Progress progress, Loops loops)
            throws LoadException, InterruptedException {
        try (Loops own = new Loops(loops.count())) {
            Churn churn = new Churn(options, run, own);
            churn.begin();
            Result beside;
            try {
                beside = new LoadRun(options, run, progress, loops).run();
            } finally {
                churn.end();
            }
            return churn.findings(beside);
        }
    }

    /** Returns a one-line description of the run. */
    static String describe(Options options) {
        Crew crew = options.crew();
        Traffic traffic = options.traffic();
        int sessions = crew.subscribers();
        return switch (crew.command()) {
            case CONN -> crew.idle() + " connections";
            case SUBS -> traffic.messages() + " subscriptions of " + sessions + " sessions";
            case RETAIN ->
                traffic.messages() + " retained messages of " + crew.publishers() + " publishers, QoS " + traffic.qos();
            case OFFLINE -> traffic.messages() + " messages for " + sessions + " sessions, QoS " + traffic.qos();
            case CHURN -> options.extras().connects() + " connects/s beside " + traffic(options);
            case CHANNEL ->
                options.extras().channels().names().size() + " channels, "
                        + options.extras().channels().targets().size() + " nodes, " + traffic(options);
            case PUB, SUB, PUBSUB -> traffic(options);
        };
    }

    private static String traffic(Options options) {
        Crew crew = options.crew();
        Traffic traffic = options.traffic();
        return (crew.publishers() > 0 ? crew.publishers() + " publishers, QoS " + traffic.qos() + ", " : "")
                + (crew.subscribers() > 0
                        ? crew.subscribers() + " subscribers, QoS " + traffic.subscriptionQos() + ", "
                        : "")
                + crew.pattern().text() + ", payload " + traffic.payloadBytes() + " bytes, "
                + options.decorations().text()
                + (traffic.rate() == 0 ? "no rate limit" : traffic.rate() + " messages/s");
    }
}
