// Names and types of the information elements that NAT exporters and the flow exporters beside them send. An element
// that is not listed keeps its number as its name. Source: IANA IPFIX Information Elements; Cisco NetFlow v9 field types;
// ASA NSEL (33000 to 40005); Nokia, F5 enterprise elements.

/** u unsigned, i signed, a address, m MAC, s text, S/M/U/N time in s, ms, NTP fraction (µs, ns), o octets. */
export type ElementType = "u" | "i" | "a" | "m" | "s" | "S" | "M" | "U" | "N" | "o";

export interface Element {
  readonly name: string;
  readonly type: ElementType;
}

const LIST = `
1 octetDeltaCount;2 packetDeltaCount;3 deltaFlowCount;4 protocolIdentifier;5 ipClassOfService;6 tcpControlBits
7 sourceTransportPort;8a sourceIPv4Address;9 sourceIPv4PrefixLength;10 ingressInterface;11 destinationTransportPort
12a destinationIPv4Address;13 destinationIPv4PrefixLength;14 egressInterface;15a ipNextHopIPv4Address
16 bgpSourceAsNumber;17 bgpDestinationAsNumber;18a bgpNextHopIPv4Address;19 postMCastPacketDeltaCount
20 postMCastOctetDeltaCount;21 flowEndSysUpTime;22 flowStartSysUpTime;23 postOctetDeltaCount;24 postPacketDeltaCount
25 minimumIpTotalLength;26 maximumIpTotalLength;27a sourceIPv6Address;28a destinationIPv6Address
29 sourceIPv6PrefixLength;30 destinationIPv6PrefixLength;31 flowLabelIPv6;32 icmpTypeCodeIPv4;33 igmpType
34 samplingInterval;35 samplingAlgorithm;36 flowActiveTimeout;37 flowIdleTimeout;38 engineType;39 engineId
40 exportedOctetTotalCount;41 exportedMessageTotalCount;42 exportedFlowRecordTotalCount;43 ipv4RouterSc
44a sourceIPv4Prefix;45a destinationIPv4Prefix;46 mplsTopLabelType;47a mplsTopLabelIPv4Address;48 samplerId
49 samplerMode;50 samplerRandomInterval;51 classId;52 minimumTTL;53 maximumTTL;54 fragmentIdentification
55 postIpClassOfService;56m sourceMacAddress;57m postDestinationMacAddress;58 vlanId;59 postVlanId;60 ipVersion
61 flowDirection;62a ipNextHopIPv6Address;63a bgpNextHopIPv6Address;64 ipv6ExtensionHeaders
70o mplsTopLabelStackSection;71o mplsLabelStackSection2;72o mplsLabelStackSection3;80m destinationMacAddress
81m postSourceMacAddress;82s interfaceName;83s interfaceDescription;84s samplerName;85 octetTotalCount
86 packetTotalCount;88 fragmentOffset;89 forwardingStatus;90o mplsVpnRouteDistinguisher;91 mplsTopLabelPrefixLength
94s applicationDescription;95o applicationId;96s applicationName;98 postIpDiffServCodePoint;99 multicastReplicationFactor
100s className;101 classificationEngineId;128 bgpNextAdjacentAsNumber;129 bgpPrevAdjacentAsNumber
130a exporterIPv4Address;131a exporterIPv6Address;132 droppedOctetDeltaCount;133 droppedPacketDeltaCount
134 droppedOctetTotalCount;135 droppedPacketTotalCount;136 flowEndReason;137 commonPropertiesId;138 observationPointId
139 icmpTypeCodeIPv6;140a mplsTopLabelIPv6Address;141 lineCardId;142 portId;143 meteringProcessId
144 exportingProcessId;145 templateId;146 wlanChannelId;147s wlanSSID;148 flowId;149 observationDomainId
150S flowStartSeconds;151S flowEndSeconds;152M flowStartMilliseconds;153M flowEndMilliseconds
154U flowStartMicroseconds;155U flowEndMicroseconds;156N flowStartNanoseconds;157N flowEndNanoseconds
158 flowStartDeltaMicroseconds;159 flowEndDeltaMicroseconds;160M systemInitTimeMilliseconds
161 flowDurationMilliseconds;162 flowDurationMicroseconds;163 observedFlowTotalCount;164 ignoredPacketTotalCount
165 ignoredOctetTotalCount;166 notSentFlowTotalCount;167 notSentPacketTotalCount;168 notSentOctetTotalCount
169a destinationIPv6Prefix;170a sourceIPv6Prefix;171 postOctetTotalCount;172 postPacketTotalCount
173 flowKeyIndicator;174 postMCastPacketTotalCount;175 postMCastOctetTotalCount;176 icmpTypeIPv4;177 icmpCodeIPv4
178 icmpTypeIPv6;179 icmpCodeIPv6;180 udpSourcePort;181 udpDestinationPort;182 tcpSourcePort;183 tcpDestinationPort
184 tcpSequenceNumber;185 tcpAcknowledgementNumber;186 tcpWindowSize;187 tcpUrgentPointer;188 tcpHeaderLength
189 ipHeaderLength;190 totalLengthIPv4;191 payloadLengthIPv6;192 ipTTL;193 nextHeaderIPv6;194 mplsPayloadLength
195 ipDiffServCodePoint;196 ipPrecedence;197 fragmentFlags;198 octetDeltaSumOfSquares;199 octetTotalSumOfSquares
200 mplsTopLabelTTL;206 isMulticast;207 ipv4IHL;208 ipv4Options;209 tcpOptions;210o paddingOctets
211a collectorIPv4Address;212a collectorIPv6Address;213 exportInterface;214 exportProtocolVersion
215 exportTransportProtocol;216 collectorTransportPort;217 exporterTransportPort;218 tcpSynTotalCount
219 tcpFinTotalCount;220 tcpRstTotalCount;221 tcpPshTotalCount;222 tcpAckTotalCount;223 tcpUrgTotalCount
224 ipTotalLength;225a postNATSourceIPv4Address;226a postNATDestinationIPv4Address
227 postNAPTSourceTransportPort;228 postNAPTDestinationTransportPort;229 natOriginatingAddressRealm;230 natEvent
231 initiatorOctets;232 responderOctets;233 firewallEvent;234 ingressVRFID;235 egressVRFID;236s VRFname
237 postMplsTopLabelExp;238 tcpWindowScale;239 biflowDirection;240 ethernetHeaderLength;243 dot1qVlanId
244 dot1qPriority;252 ingressPhysicalInterface;253 egressPhysicalInterface;256 ethernetType;258U collectionTimeMicroseconds
281a postNATSourceIPv6Address;282a postNATDestinationIPv6Address;283 natPoolId;284s natPoolName;297 natType
298 initiatorPackets;299 responderPackets;300s observationDomainName;302 selectorId;304 selectorAlgorithm
305 samplingPacketInterval;306 samplingPacketSpace;309 samplingSize;310 samplingPopulation;311u samplingProbability
318 selectorIdTotalPktsObserved;319 selectorIdTotalPktsSelected;322S observationTimeSeconds
323M observationTimeMilliseconds;324U observationTimeMicroseconds;325N observationTimeNanoseconds
335M collectionTimeMilliseconds;346 privateEnterpriseNumber;361 portRangeStart;362 portRangeEnd
363 portRangeStepSize;364 portRangeNumPorts;365m staMacAddress;366a staIPv4Address;371s userName
372s applicationCategoryName;373s applicationSubCategoryName;374s applicationGroupName;376s p2pTechnology
463s natInstanceID;464s internalAddressRealm;465s externalAddressRealm;466 natQuotaExceededEvent
467 natThresholdEvent;468s httpRequestMethod;469s httpRequestHost;470s httpRequestTarget;471 maxSessionEntries
472 maxBIBEntries;473 maxEntriesPerUser;474 maxSubscribers;475 maxFragmentsPendingReassembly
476 addressPoolHighThreshold;477 addressPoolLowThreshold;478 addressPortMappingHighThreshold
479 addressPortMappingLowThreshold;480 addressPortMappingPerUserHighThreshold;481 globalAddressMappingHighThreshold
33000o ingressAclId;33001o egressAclId;33002 firewallExtendedEvent;40000s asaUserName
40001a postNATSourceIPv4Address;40002a postNATDestinationIPv4Address;40003 postNAPTSourceTransportPort
40004 postNAPTDestinationTransportPort;40005 firewallEvent`;

const ELEMENTS = new Map<number, Element>();
for (const entry of LIST.split(/[;\n]/)) {
  const m = /^(\d+)([uiamsSMUNo]?) (\w+)$/.exec(entry.trim());
  if (m) ELEMENTS.set(Number(m[1]), { name: m[3]!, type: (m[2] || "u") as ElementType });
}

/** Enterprise elements, by "PEN/number": Nokia (637) inside and outside contexts, Cisco (9), F5 (12276). */
const ENTERPRISE = new Map<string, Element>([
  ["637/91", { name: "insideServiceId", type: "u" }],
  ["637/92", { name: "outsideServiceId", type: "u" }],
  ["637/93", { name: "natSubString", type: "s" }],
  ["12276/10", { name: "bigipHostName", type: "s" }],
]);

/** Of an element that nobody listed: its number, and an integer where it is short. */
export function elementOf(pen: number, id: number, length: number): Element {
  const known = pen === 0 ? ELEMENTS.get(id) : ENTERPRISE.get(`${pen}/${id}`);
  if (known) return known;
  const name = pen === 0 ? `e${id}` : `e${pen}.${id}`;
  return { name, type: length <= 8 ? "u" : "o" };
}
