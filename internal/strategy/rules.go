package strategy

// rule is the name of a rule that a strategy can break. docs/strategy.md explains every one.
type rule string

// Rules of the file itself.
const (
	ruleFileTooLarge     rule = "file-too-large"
	ruleNotUTF8          rule = "not-utf8"
	ruleControlCharacter rule = "control-character"
	ruleEmptyFile        rule = "empty-file"
	ruleYAMLSyntax       rule = "yaml-syntax"
	ruleTabIndentation   rule = "tab-indentation"
	ruleSeveralDocuments rule = "several-documents"
	ruleDuplicateKey     rule = "duplicate-key"
	ruleKeyNotText       rule = "key-not-text"
	ruleUnknownAlias     rule = "unknown-alias"
	ruleRecursiveAlias   rule = "recursive-alias"
	ruleTooManyAliases   rule = "too-many-aliases"
	ruleTooManyValues    rule = "too-many-values"
	ruleNestedTooDeep    rule = "nested-too-deep"
	ruleMergeKey         rule = "merge-key"
	ruleMoreProblems     rule = "more-problems"
)

// Rules of meaning that need nothing but the file.
const (
	ruleSourceKind          rule = "source-kind"
	ruleClusterID           rule = "unparsable-cluster-id"
	ruleFleetID             rule = "unparsable-fleet-id"
	ruleNodePoolID          rule = "unparsable-node-pool-id"
	ruleVersion             rule = "unparsable-version"
	ruleVersionMissing      rule = "missing-kubernetes-version"
	ruleVersionUnexpected   rule = "unexpected-kubernetes-version"
	ruleEngine              rule = "engine-unavailable"
	ruleImage               rule = "unparsable-image"
	ruleImageFamily         rule = "duplicate-image-family"
	ruleCustomWithoutImages rule = "custom-without-images"
	ruleImagesWithoutCustom rule = "images-without-custom"
	ruleImagesWithoutEffect rule = "images-without-effect"
	ruleSnapshotsGroup      rule = "snapshots-without-resource-group"
	ruleDuplicateStage      rule = "duplicate-stage"
	ruleDuplicateGroup      rule = "duplicate-group"
	ruleEmptyStage          rule = "empty-stage"
	ruleSelector            rule = "invalid-selector"
	ruleApprovalOnGroup     rule = "approval-on-group"
	ruleApprovalEnvironment rule = "approval-without-environment"
	ruleScheduledAfter      rule = "scheduled-start-after"
	ruleGateConfiguration   rule = "gate-configuration"
	ruleEnvironmentConflict rule = "environment-conflict"
	ruleDuplicateProfile    rule = "duplicate-profile"
	ruleTargetMissing       rule = "missing-target-version"
	ruleTargetUnexpected    rule = "unexpected-target-version"
	ruleLongTermSupport     rule = "long-term-support-channel"
	ruleDuplicateMember     rule = "duplicate-member"
	ruleDuplicateCluster    rule = "duplicate-cluster"
	ruleWorkflowExpression  rule = "workflow-expression"
	ruleJobLimit            rule = "job-limit"
	ruleHostedJobLimit      rule = "hosted-job-limit"
	ruleRunnerSystem        rule = "runner-without-linux"
	ruleCron                rule = "unparsable-cron"
	ruleBusyMinute          rule = "busy-minute"
	ruleSameSchedule        rule = "same-schedule"
	ruleTimeZone            rule = "unknown-time-zone"
	ruleSupersedeUnseen     rule = "supersede-without-artifacts"
	ruleZoneUnknown         rule = "time-zone-without-artifacts"
	ruleUnresumed           rule = "profile-without-resume"
)

// Rules of meaning that need the members.
const (
	ruleEmptyGroup         rule = "empty-group"
	ruleSelectedTwice      rule = "cluster-selected-twice"
	ruleWithoutStage       rule = "member-without-stage"
	ruleConcurrencyClamped rule = "concurrency-clamped"
	ruleMinSucceeded       rule = "min-succeeded"
)
