package io.wkmq.benchmarks.load;

/**
 * What messages and subscriptions carry beside what they must. All but {@code retain} are of MQTT 5.
 *
 * @param retain whether messages are published as retained ones
 * @param alias whether publishers name their topic once and then by a topic alias, and subscribers take aliases
 * @param userProperties how many user properties a message has
 * @param subscriptionId whether subscriptions have an identifier
 */
record Decorations(boolean retain, boolean alias, int userProperties, boolean subscriptionId) {
    static final Decorations NONE = new Decorations(false, false, 0, false);

    /** How many topic aliases a subscriber takes. */
    static final int ALIASES_MAX = 64;

    /** The identifier of every subscription that has one. */
    static final int SUBSCRIPTION_ID = 7;

    /** Whether deliveries show them. */
    boolean delivered() {
        return alias || userProperties > 0 || subscriptionId;
    }

    /** As in a description; empty if there are none. */
    String text() {
        return (retain ? "retained, " : "")
                + (alias ? "topic aliases, " : "")
                + (userProperties > 0 ? userProperties + " user properties, " : "")
                + (subscriptionId ? "subscription identifiers, " : "");
    }
}
