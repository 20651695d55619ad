package io.wkmq.broker.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueFactory;
import io.wkmq.broker.config.EmqKeys.Fate;
import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads {@code etc/wkmq.conf}, {@code etc/cluster.conf} and the environment, once, at start. The environment overrides the
 * files, the files override the defaults. Unknown keys and invalid values are errors; all of them are reported together.
 * Stateless.
 */
public final class ConfigLoader {
    private static final String TEMPLATE = "listener_template";
    private static final List<String> FILES = List.of("etc/wkmq.conf", "etc/cluster.conf");

    private final Path home;
    private final Path distribution;
    private final Problems problems = new Problems();
    private final Config reference =
            ConfigFactory.parseResources(ConfigLoader.class.getClassLoader(), "reference.conf");
    private final Config template = reference.getConfig(TEMPLATE);
    private final KnownKeys keys = new KnownKeys(keysOf(reference.withoutPath(TEMPLATE)), keysOf(template));

    private ConfigLoader(Path home, Path distribution) {
        this.home = home.toAbsolutePath().normalize();
        this.distribution = distribution.toAbsolutePath().normalize();
    }

    /**
     * Reads the configuration of a node.
     *
     * @param home the node's directory, the base of relative paths
     * @param distribution the base of a relative {@code plugins.dir}
     * @param environment the environment variables
     * @throws InvalidConfigException with all errors
     */
    public static BrokerConfig load(Path home, Path distribution, Map<String, String> environment)
            throws InvalidConfigException {
        return new ConfigLoader(home, distribution).load(environment);
    }

    private BrokerConfig load(Map<String, String> environment) throws InvalidConfigException {
        Map<String, Setting> settings = new LinkedHashMap<>();
        for (String file : FILES) {
            Path path = home.resolve(file);
            if (Files.exists(path)) {
                LineReader.read(path, problems).forEach(setting -> put(settings, EmqKeys.known(setting)));
            } else {
                problems.notice(path + ": no such file, defaults apply");
            }
        }
        Environment.read(environment, Map.copyOf(settings), problems).stream()
                .map(EmqKeys::known)
                .forEach(setting -> settings.put(setting.key(), setting));
        BrokerConfig config = read(known(settings));
        if (!problems.errors().isEmpty()) {
            throw new InvalidConfigException(problems.errors());
        }
        return config;
    }

    private void put(Map<String, Setting> settings, Setting setting) {
        Setting earlier = settings.put(setting.key(), setting);
        if (earlier != null) {
            problems.notice(
                    setting.place() + ": " + setting.name() + " is set again, " + earlier.place() + " does not count");
        }
    }

    /** Returns the settings with keys of wkmq, and reports the others. */
    private List<Setting> known(Map<String, Setting> settings) {
        List<Setting> known = new ArrayList<>();
        List<String> erlang = new ArrayList<>();
        for (Setting setting : settings.values()) {
            EmqKeys.Rule rule = EmqKeys.rule(setting.key());
            if (keys.contains(setting.key()) || readApart(setting)) {
                known.add(setting);
            } else if (rule == null) {
                unknown(setting);
            } else if (rule.fate() == Fate.ERLANG) {
                erlang.add(setting.name());
            } else if (rule.fate() == Fate.UNUSED) {
                problems.notice(setting.place() + ": " + setting.name() + " is not used: " + rule.reason());
            } else if (!EmqKeys.asksForNothing(setting.value())) {
                problems.error(setting.describe() + ": " + rule.reason());
            }
        }
        if (!erlang.isEmpty()) {
            problems.notice("not used, for they tune the Erlang VM: " + String.join(", ", erlang));
        }
        return known;
    }

    /** Returns whether the key belongs to one of the open-ended groups, which have no defaults. */
    private static boolean readApart(Setting setting) {
        return PluginKeys.matches(setting.key()) || RewriteSection.matches(setting.key());
    }

    private void unknown(Setting setting) {
        String nearest = keys.nearest(setting.key());
        boolean fromEnvironment = !setting.name().equals(setting.key());
        String shown = nearest == null || !fromEnvironment ? nearest : Environment.variable(nearest);
        problems.error(setting.describeMeaning(nearest == null ? "" : nearest) + ": unknown key; "
                + (shown == null ? "etc/wkmq.conf and etc/cluster.conf name them all" : "nearest is " + shown));
    }

    private BrokerConfig read(List<Setting> known) {
        List<Setting> settings =
                known.stream().filter(setting -> !readApart(setting)).toList();
        List<Setting> rewrites = known.stream()
                .filter(setting -> RewriteSection.matches(setting.key()))
                .toList();
        List<Setting> ofPlugins = known.stream()
                .filter(setting -> PluginKeys.matches(setting.key()))
                .toList();
        Config given = ConfigFactory.empty();
        for (Setting setting : settings) {
            String key =
                    KnownKeys.isListener(setting.key()) ? setting.key() + "." + ListenerSection.ADDRESS : setting.key();
            given = given.withValue(
                    Values.pathOf(key),
                    ConfigValueFactory.fromAnyRef(setting.value())
                            .withOrigin(ConfigOriginFactory.newSimple(setting.place() + ": " + setting.name())));
        }
        Values values = new Values(given.withFallback(reference), reference, "", home, problems);
        CoreSections core = new CoreSections(values, problems);
        return new BrokerConfig(
                home,
                core.node(),
                core.log(),
                new MqttSection(values).read(),
                core.overload(),
                listeners(given, settings),
                core.management(),
                core.storage(),
                core.plugins(distribution, ofPlugins),
                new ClusterSection(values).read(),
                new RewriteSection(problems).read(rewrites),
                problems.notices());
    }

    private List<ListenerConfig> listeners(Config given, List<Setting> settings) {
        Map<String, List<Setting>> byListener = settings.stream()
                .filter(setting -> setting.key().startsWith("listener."))
                .collect(Collectors.groupingBy(ConfigLoader::listenerOf, TreeMap::new, Collectors.toList()));
        List<ListenerConfig> listeners = new ArrayList<>();
        byListener.forEach((listener, ofIt) -> {
            Config own = given.getConfig(Values.pathOf(listener));
            if (!own.hasPath(ListenerSection.ADDRESS)) {
                problems.error(
                        ofIt.get(0).describe() + ": there is no " + listener + "; expected an address or off for it");
            } else if (!own.getString(ListenerSection.ADDRESS).equals("off")) {
                listeners.add(listener(listener, own));
            }
        });
        if (listeners.isEmpty() && problems.errors().isEmpty()) {
            problems.error("no listener is configured in " + home.resolve(FILES.get(0))
                    + "; expected at least one, as in listener.tcp.external = 127.0.0.1:1883");
        }
        return listeners;
    }

    private ListenerConfig listener(String key, Config own) {
        String[] parts = key.split("\\.", -1);
        List<String> accessKeys = own.hasPath("access")
                ? own.getConfig("access").root().keySet().stream()
                        .map(number -> "access." + number)
                        .toList()
                : List.of();
        Config stand = template.withValue(ListenerSection.ADDRESS, ConfigValueFactory.fromAnyRef("127.0.0.1:0"));
        Values values = new Values(own.withFallback(template), stand, key + ".", home, problems);
        Protocol protocol = Protocol.valueOf(parts[1].toUpperCase(Locale.ROOT));
        return new ListenerSection(protocol, parts[2], values).read(accessKeys);
    }

    private static String listenerOf(Setting setting) {
        String[] parts = setting.key().split("\\.", -1);
        return parts[0] + "." + parts[1] + "." + parts[2];
    }

    private static Set<String> keysOf(Config config) {
        return config.entrySet().stream()
                .map(entry -> String.join(".", ConfigUtil.splitPath(entry.getKey())))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
