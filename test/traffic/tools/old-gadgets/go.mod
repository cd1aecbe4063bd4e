module cdk8s-intents.test/traffic/tools/old-gadgets

go 1.25.0

require github.com/inspektor-gadget/inspektor-gadget v0.30.0

require golang.org/x/exp v0.0.0-20240506185415-9bf2ced13842 // indirect
